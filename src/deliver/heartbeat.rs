//! The dead man's switch.

use super::exits::Exits;
use super::post::Way;
use super::trust::Trust;
use crate::alert::Delivery;
use crate::model::{Redactor, Secret};
use jiff::Timestamp;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

const LIMIT: Duration = Duration::from_secs(5);

pub(super) async fn send(
    (url, failed): (&Secret, bool),
    cut: Instant,
    trust: impl Future<Output = &Trust>,
    redactor: &Redactor,
) -> Result<(), String> {
    let url = if failed { below(url.expose(), "/fail") } else { url.expose().to_owned() };
    let until = cut.min(Instant::now() + LIMIT);
    let trust = timeout_at(until, trust).await.map_err(|_| "the trust store could not be read in time".to_owned())?;
    // nobody waits for as long as the answer asks: any time will do
    let way = Way { trust, exits: &Exits::new(&[]), redactor, until, now: Timestamp::UNIX_EPOCH };
    let delivery = match way.get(&url).await {
        Ok(answered) => answered.delivery(),
        Err(delivery) => delivery,
    };
    match delivery {
        Delivery::Accepted => Ok(()),
        Delivery::TryLater { why, .. } | Delivery::Refused { why } | Delivery::Unclear { why } => Err(why),
    }
}

/// The URL with more on its path, one slash between, its query kept.
pub(super) fn below(base: &str, more: &str) -> String {
    let Ok(mut url) = url::Url::parse(base) else { return base.to_owned() };
    let path = format!("{}{more}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn more_goes_on_the_path() {
        for (base, wanted) in [
            ("https://hc.example/uuid", "https://hc.example/uuid/fail"),
            ("https://hc.example/uuid/", "https://hc.example/uuid/fail"),
            ("https://hc.example/uuid?a=b/", "https://hc.example/uuid/fail?a=b/"),
            ("https://hc.example", "https://hc.example/fail"),
        ] {
            assert_eq!(below(base, "/fail"), wanted);
        }
    }
}
