//! The file as it works, block by block.

use super::value::Viewer;
use super::{built_in, yaml};
use crate::config::grammar::{Block, ENDPOINT, ROOT, Shape};
use crate::config::load::Loaded;
use serde_json::{Map, Value as Json, json};

/// As YAML; loading it again gives the same effective configuration, apart from secrets.
pub fn show(loaded: &Loaded) -> String {
    yaml::write(&show_json(loaded))
}

/// The same as JSON.
pub fn show_json(loaded: &Loaded) -> Json {
    let viewer = Viewer::new(loaded);
    let root = &loaded.root;
    let mut out = Map::new();
    out.insert("version".to_owned(), json!(1));
    if loaded.config.spread {
        out.insert("defaults".to_owned(), json!({ "spread": true }));
    }
    for key in ROOT.all() {
        let value = match key.name {
            "version" | "defaults" => continue,
            "channels" => channels(loaded, &viewer),
            name => {
                let mut value = root.get(name).map(|node| viewer.value(node, &key.shape)).unwrap_or_default();
                if let Some(built_in) = built_in::at_the_top(name, &loaded.config) {
                    built_in::fill(&mut value, built_in);
                }
                value
            }
        };
        if !value.is_null() {
            out.insert(key.name.to_owned(), value);
        }
    }
    in_order(Json::Object(out), &Shape::Block(&ROOT))
}

fn channels(loaded: &Loaded, viewer: &Viewer<'_>) -> Json {
    let mut channels = Map::new();
    for name in &loaded.config.channels {
        channels.insert(name.to_string(), json!({ "endpoints": {} }));
    }
    for (endpoint, effective) in loaded.config.endpoints.iter().zip(&loaded.effective) {
        let (node, base) = (&*effective.node(), effective.channel.base.as_deref());
        let mut value = viewer.value(node, &Shape::Block(&ENDPOINT));
        viewer.whole_url(&mut value, node, base);
        if node.get("depends_on").is_some() {
            value["depends_on"] = endpoint.depends_on.iter().map(ToString::to_string).collect();
        }
        built_in::fill(&mut value, built_in::of(endpoint));
        let rules = node.get("heal").map(|list| list.items()).unwrap_or_default();
        for (rule, shown) in rules.iter().zip(value.get_mut("heal").and_then(Json::as_array_mut).into_iter().flatten())
        {
            if let (Some(http), Some(shown)) =
                (rule.get("run").and_then(|run| run.get("http")), shown.pointer_mut("/run/http"))
            {
                viewer.whole_url(shown, http, base);
            }
            built_in::fill(shown, built_in::of_rule(shown));
        }
        let channel = channels.get_mut(endpoint.id.channel.as_str());
        if let Some(Json::Object(endpoints)) = channel.and_then(|channel| channel.get_mut("endpoints")) {
            endpoints.insert(endpoint.id.endpoint.to_string(), value);
        }
    }
    Json::Object(channels)
}

/// Keys of blocks in the grammar's order, whether they were given or filled in.
fn in_order(value: Json, shape: &Shape) -> Json {
    match (value, shape) {
        (Json::Object(given), Shape::Block(block)) => block_in_order(given, block),
        (Json::Object(given), Shape::Tagged(types)) => {
            let block = types.iter().find(|(name, _)| given.get("type").is_some_and(|kind| kind == name));
            block.map_or(Json::Null, |(_, block)| block_in_order(given, block))
        }
        (value @ Json::Object(_), Shape::Either(_, shapes)) => {
            let block = shapes.iter().find(|shape| matches!(shape, Shape::Block(_)));
            block.map_or(Json::Null, |block| in_order(value, block))
        }
        (Json::Object(given), Shape::Map(_, of)) => {
            Json::Object(given.into_iter().map(|(key, value)| (key, in_order(value, of))).collect())
        }
        (Json::Array(items), Shape::List(of) | Shape::Some(of)) => {
            items.into_iter().map(|item| in_order(item, of)).collect()
        }
        (value, _) => value,
    }
}

fn block_in_order(mut given: Map<String, Json>, block: &Block) -> Json {
    let known =
        block.all().filter_map(|key| Some((key.name.to_owned(), in_order(given.shift_remove(key.name)?, &key.shape))));
    Json::Object(known.collect())
}
