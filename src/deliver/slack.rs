//! Slack's incoming webhooks: <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>.

use super::courier::Parcel;
use super::post::{Read, Way};
use crate::alert::{Delivery, mrkdwn};
use crate::model::Secret;
use serde_json::json;

pub(super) async fn send(url: &Secret, way: &Way<'_>, parcel: &Parcel<'_>) -> Delivery {
    let body = json!({ "text": mrkdwn(&parcel.story()) }).to_string().into_bytes();
    match way.post(url.expose(), body, &[], Read::Body).await {
        Ok(answered) if !(200..=299).contains(&answered.status) => answered.delivery(),
        Ok(answered) if answered.body.trim_ascii() == b"ok" => Delivery::Accepted,
        Ok(answered) if answered.broke_off() => {
            Delivery::Unclear { why: format!("HTTP {}, and then the answer broke off", answered.status) }
        }
        Ok(answered) => Delivery::TryLater {
            why: format!("the answer is not Slack's \"ok\": {}", answered.why()),
            after: answered.after,
            slow: true,
        },
        Err(delivery) => delivery,
    }
}
