//! Alertmanager's `POST /api/v2/alerts`: <https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml>.

use super::courier::Parcel;
use super::post::{Read, Way};
use crate::alert::{Delivery, alertmanager::alerts};
use crate::model::Secret;
use serde_json::Value;

pub(super) async fn send(url: &Secret, way: &Way<'_>, parcel: &Parcel<'_>) -> Delivery {
    let entry = parcel.entry;
    let told = entry.backlog.iter().map(|line| &line.last).chain(&entry.items);
    let ended = told.filter(|notice| notice.ends());
    let alerts = alerts(parcel.cx.open, ended, parcel.cx.longest_interval, parcel.cx.now);
    let body = Value::from(alerts).to_string().into_bytes();
    match way.post(&place(url.expose()), body, &[], Read::No).await {
        Ok(answered) => answered.delivery(),
        Err(delivery) => delivery,
    }
}

/// Below the base, before a query.
fn place(base: &str) -> String {
    super::heartbeat::below(base, "/api/v2/alerts")
}
