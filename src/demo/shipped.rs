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

#[cfg(test)]
mod tests {
    use super::{PROBES_YAML, SCHEMAS, files};
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
