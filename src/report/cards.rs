//! A card a channel: its state, its score, and what the score is made of.

use super::charts::{meter, ring};
use super::words::{badge, class};
use crate::model::Verdict;
use crate::stats::ChannelPart;
use crate::text::plural::count;
use maud::{Markup, html};

/// All cards, in the configuration's order.
pub(super) fn cards(channels: &[ChannelPart<'_>]) -> Markup {
    html! {
        section.cards aria-label="Channels" {
            @for one in channels { (card(one)) }
        }
    }
}

fn card(part: &ChannelPart<'_>) -> Markup {
    let ChannelPart { channel, endpoints: own, .. } = part;
    let with = |verdict| own.iter().filter(|one| one.verdict == Some(verdict)).count();
    let counts: Vec<String> = [Verdict::Down, Verdict::Unknown, Verdict::Degraded, Verdict::Up]
        .into_iter()
        .filter(|verdict| with(*verdict) > 0)
        .map(|verdict| format!("{} {verdict}", with(verdict)))
        .collect();
    let counts = if counts.is_empty() { count(own.len(), "endpoint") } else { counts.join(" · ") };
    html! {
        a class={ "card " (class(channel.verdict)) } href={ "#channel-" (channel.channel) } {
            div.top {
                div {
                    h2 { (channel.channel) }
                    (badge(channel.verdict))
                }
                (ring(channel.health_score))
            }
            p.counts { (counts) }
            dl.parts {
                @for (name, part) in channel.parts.named() {
                    dt title={ "counts " (part.weight) " of 100" } { (name) }
                    dd { (meter(part.score)) span { (part.score.map_or("–".to_owned(), |score| format!("{score:.0}"))) } }
                }
            }
        }
    }
}
