//! The files that `canary init` writes and `canary demo` runs: those at the top of the repository.

/// `probes.yaml`.
pub const PROBES_YAML: &str = include_str!("../../probes.yaml");

/// The response schemas: path beside `probes.yaml`, content.
pub const SCHEMAS: &[(&str, &str)] = &[
    ("schemas/avito-balance.json", include_str!("../../schemas/avito-balance.json")),
    ("schemas/avito-error.json", include_str!("../../schemas/avito-error.json")),
    ("schemas/avito-self.json", include_str!("../../schemas/avito-self.json")),
    ("schemas/avito-subscriptions.json", include_str!("../../schemas/avito-subscriptions.json")),
    ("schemas/avito-token.json", include_str!("../../schemas/avito-token.json")),
    ("schemas/health-extended.json", include_str!("../../schemas/health-extended.json")),
    ("schemas/health.json", include_str!("../../schemas/health.json")),
    ("schemas/max-error.json", include_str!("../../schemas/max-error.json")),
    ("schemas/max-me.json", include_str!("../../schemas/max-me.json")),
    ("schemas/max-subscriptions.json", include_str!("../../schemas/max-subscriptions.json")),
    ("schemas/n8n-healthz.json", include_str!("../../schemas/n8n-healthz.json")),
    ("schemas/telegram-error.json", include_str!("../../schemas/telegram-error.json")),
    ("schemas/telegram-getme.json", include_str!("../../schemas/telegram-getme.json")),
    ("schemas/telegram-ok.json", include_str!("../../schemas/telegram-ok.json")),
    ("schemas/telegram-webhook-info.json", include_str!("../../schemas/telegram-webhook-info.json")),
    ("schemas/vk-callback-servers.json", include_str!("../../schemas/vk-callback-servers.json")),
    ("schemas/vk-error.json", include_str!("../../schemas/vk-error.json")),
    ("schemas/vk-group.json", include_str!("../../schemas/vk-group.json")),
    ("schemas/vk-ok.json", include_str!("../../schemas/vk-ok.json")),
    ("schemas/vk-server-time.json", include_str!("../../schemas/vk-server-time.json")),
    ("schemas/vk-token-permissions.json", include_str!("../../schemas/vk-token-permissions.json")),
    ("schemas/whatsapp-cloud-health.json", include_str!("../../schemas/whatsapp-cloud-health.json")),
];

/// Everything that `canary init` writes: path, content.
pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    std::iter::once(("probes.yaml", PROBES_YAML)).chain(SCHEMAS.iter().copied())
}

/// The channels of `probes.yaml`, in its order.
pub fn channels() -> Vec<&'static str> {
    blocks().into_iter().map(|(name, _)| name).collect()
}

/// The same files for some of the channels: their blocks of `probes.yaml`, and the schemas that these name.
pub fn files_for(wanted: &[&str]) -> Vec<(&'static str, String)> {
    let (blocks, begin) = (blocks(), first_block());
    let unwanted = blocks.iter().filter(|(name, _)| !wanted.contains(name));
    let mut text = PROBES_YAML.to_owned();
    for (_, block) in unwanted {
        text = text.replacen(block, "", 1);
    }
    let used = |name: &str| {
        let kept = &text[text.find("x-bridge:").unwrap_or_default()..];
        kept.split("schema: ").skip(1).any(|rest| rest.split(|c: char| !is_of_name(c)).next() == Some(name))
    };
    let listed = |line: &&str| {
        let entry = line.strip_prefix("  ").and_then(|line| line.split_once(": schemas/"));
        entry.is_none_or(|(name, _)| used(name))
    };
    let head = PROBES_YAML[..begin].split_inclusive('\n').filter(listed).collect::<String>();
    let head = head.replacen("five messaging channels", &wanted.join(", "), 1);
    let rest = text.split_at(begin).1;
    let text = format!("{head}{}\n", rest.trim_end());
    let schemas = SCHEMAS.iter().filter(|(path, _)| text.contains(&format!(": {path}\n")));
    let schemas: Vec<(&str, String)> = schemas.map(|(path, schema)| (*path, (*schema).to_owned())).collect();
    std::iter::once(("probes.yaml", text)).chain(schemas).collect()
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Where the first channel's comment begins.
fn first_block() -> usize {
    const HEAD: &str = "\nchannels:\n\n";
    PROBES_YAML.find(HEAD).map_or(PROBES_YAML.len(), |at| at + HEAD.len())
}

/// Each channel with its part of the text, the comment before it included.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let mut blocks: Vec<(&str, &str)> = Vec::new();
    let mut rest = &PROBES_YAML[first_block()..];
    while !rest.is_empty() {
        // A block ends before the next comment at its own depth that follows an empty line.
        let end = rest.find("\n\n  # ").map_or(rest.len(), |at| at + 2);
        let (block, after) = rest.split_at(end);
        let mut keys = block.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
        if let Some(name) = keys.find(|key| key.chars().all(is_of_name)) {
            blocks.push((name, block));
        }
        rest = after;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::{PROBES_YAML, SCHEMAS, channels, files, files_for};
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Generated from the code: not for responses.
    const GENERATED: [&str; 2] = ["schemas/output.schema.json", "schemas/probes.schema.json"];

    #[test]
    fn lists_every_schema() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
        let there: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| format!("schemas/{}", entry.unwrap().file_name().to_string_lossy()))
            .filter(|path| !GENERATED.contains(&path.as_str()))
            .collect();
        let listed: BTreeSet<String> = SCHEMAS.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(listed, there);
        assert_eq!(files().count(), SCHEMAS.len() + 1);
    }

    #[test]
    fn some_channels_take_only_what_they_need() {
        let all = channels();
        assert_eq!(all, ["whatsapp", "telegram", "vk", "max", "avito"]);
        let whole = files_for(&all).remove(0).1;
        assert_eq!(whole, PROBES_YAML.replace("five messaging channels", "whatsapp, telegram, vk, max, avito"));
        let files = files_for(&["max", "vk"]);
        let text = &files[0].1;
        for (channel, kept) in all.iter().map(|channel| (channel, ["vk", "max"].contains(channel))) {
            assert_eq!(text.contains(&format!("\n  {channel}:\n")), kept, "{channel}");
            assert_eq!(text.contains(&format!("{}_BRIDGE_URL", channel.to_uppercase())), kept, "{channel}");
        }
        assert!(!text.contains("\n\n\n") && text.ends_with('\n') && !text.ends_with("\n\n"));
        let schemas: Vec<&str> = files[1..].iter().map(|(path, _)| *path).collect();
        assert!(schemas.contains(&"schemas/health.json") && schemas.contains(&"schemas/vk-group.json"), "{schemas:?}");
        assert!(!schemas.iter().any(|path| path.contains("avito") || path.contains("telegram")), "{schemas:?}");
        assert_eq!(text.matches(": schemas/").count(), schemas.len());
    }

    #[test]
    fn ships_every_schema_that_the_probes_name() {
        let named: Vec<&str> =
            PROBES_YAML.lines().filter_map(|line| line.split_once(": ")).map(|(_, value)| value.trim()).collect();
        let named = named.iter().filter(|value| value.starts_with("schemas/")).collect::<Vec<_>>();
        assert!(named.len() > 10, "{named:?}");
        for path in named {
            assert!(SCHEMAS.iter().any(|(known, _)| known == path), "{path} is not shipped");
        }
    }
}
