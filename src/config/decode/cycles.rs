//! Circles among `depends_on`.

use super::Effective;
use crate::config::context::Context;
use crate::config::diagnostic::Issue;
use crate::config::settings::Endpoint;
use crate::config::tree::Place;
use crate::model::EndpointId;
use std::collections::HashMap;
use std::sync::Arc;

/// A dependency that leads back to where it started is reported at the entry that closes the circle.
pub(super) fn cycles(cx: &mut Context<'_>, endpoints: &[Arc<Endpoint>], effective: &[Effective]) {
    let index: HashMap<&EndpointId, usize> =
        endpoints.iter().enumerate().map(|(at, endpoint)| (&endpoint.id, at)).collect();
    let mut done = vec![false; endpoints.len()];
    for start in 0..endpoints.len() {
        let mut trail: Vec<(usize, usize)> = vec![(start, 0)];
        let mut on_trail = vec![start];
        while let Some((at, next)) = trail.pop() {
            if done[at] {
                on_trail.pop();
                continue;
            }
            let Some(parent) = endpoints[at].depends_on.get(next) else {
                done[at] = true;
                on_trail.pop();
                continue;
            };
            trail.push((at, next + 1));
            let Some(&parent) = index.get(parent) else { continue };
            if let Some(begin) = on_trail.iter().position(|one| *one == parent) {
                let circle: Vec<String> =
                    on_trail[begin..].iter().chain([&parent]).map(|one| endpoints[*one].id.to_string()).collect();
                let wanted = endpoints[parent].id.to_string();
                let merged = effective[at].node();
                let node = merged.get("depends_on");
                let item = node.and_then(|list| list.items().iter().find(|item| item.text() == Some(wanted.as_str())));
                let place = item.or(node).map_or(Place::default(), |node| node.place);
                cx.issue(Issue::new(place, format!("a circle of dependencies: {}", circle.join(" → "))));
            } else if !done[parent] {
                on_trail.push(parent);
                trail.push((parent, 0));
            }
        }
    }
}
