//! Which receivers are as they were: the state remembers refusals and moved chats for as long.

use crate::config::settings::{CommandRun, MailTls, Receiver, ReceiverKind, Route};
use crate::model::Secret;
use crate::model::imprint::{Imprint, Imprinted};

/// A hash of all of a receiver's settings but `events`, secrets included.
pub(super) fn of(receiver: &Receiver) -> String {
    let mut imprint = Imprint::of("receiver v1");
    receiver.kind.imprint(&mut imprint);
    match &receiver.proxy {
        Route::Direct => {}
        Route::Pool(name) => imprint.put("pool", name),
        Route::Url(proxy) => imprint.put("proxy", proxy.url.expose()),
    }
    imprint.hash()
}

impl Imprinted for ReceiverKind {
    fn imprint(&self, into: &mut Imprint) {
        match self {
            Self::Telegram { bot_token, chat_id, topic_id, silent, api_url } => {
                into.put("type", "telegram");
                into.put("bot_token", bot_token.expose());
                into.put("chat_id", chat_id);
                into.put_some("topic_id", topic_id.as_ref());
                into.put_some("silent", silent.then_some(true));
                into.put_some("api_url", api_url.as_ref().map(Secret::expose));
            }
            Self::Webhook { n8n, url, secret } => {
                into.put("type", if *n8n { "n8n" } else { "webhook" });
                into.put("url", url.expose());
                into.put_some("secret", secret.as_ref().map(Secret::expose));
            }
            Self::Slack { url } => {
                into.put("type", "slack");
                into.put("url", url.expose());
            }
            Self::Email { url, from, to, tls } => {
                into.put("type", "email");
                into.put("url", url.expose());
                into.put("from", from);
                into.put_each("to", to);
                into.put(
                    "tls",
                    match tls {
                        MailTls::Starttls => "starttls",
                        MailTls::Implicit => "implicit",
                        MailTls::None => "none",
                    },
                );
            }
            Self::Alertmanager { url } => {
                into.put("type", "alertmanager");
                into.put("url", url.expose());
            }
            Self::Command(CommandRun { argv, env, timeout }) => {
                into.put("type", "command");
                into.put_each("command", argv);
                into.put_each("env", env.iter().map(|(name, value)| format!("{name}={}", value.expose())));
                into.put("timeout", timeout.as_nanos());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::config::settings::{Receiver, ReceiverKind, Route};
    use crate::model::{Name, Secret};

    fn telegram(token: &str, topic_id: Option<i64>, proxy: Route) -> Receiver {
        let kind = ReceiverKind::Telegram {
            bot_token: Secret::new(token),
            chat_id: "-100".to_owned(),
            topic_id,
            silent: false,
            api_url: None,
        };
        Receiver { kind, proxy, events: Vec::new(), configured: true, remedy: None }
    }

    #[test]
    fn is_of_every_setting() {
        let pool = Route::Pool(Name::parse("residential").expect("a name"));
        let all = [
            telegram("1:a", None, Route::Direct),
            telegram("1:b", None, Route::Direct),
            telegram("1:a", Some(7), Route::Direct),
            telegram("1:a", None, pool),
        ];
        let mut hashes: Vec<String> = all.iter().map(of).collect();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), all.len());
    }

    /// It stands in the states of those who update: another one would retry what was refused and forget where chats went.
    #[test]
    fn stays_the_same_from_release_to_release() {
        assert_eq!(of(&telegram("1:a", Some(7), Route::Direct)), "12862fd951af");
    }
}
