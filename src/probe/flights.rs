//! Work that several attempts want at the same time is done once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

type Map<K, V> = Arc<Mutex<HashMap<K, watch::Receiver<Option<V>>>>>;

/// What is under way, by key. Nothing is kept once it is done.
#[derive(Debug)]
pub(super) struct Flights<K, V>(Map<K, V>);

/// The duty to end a piece of work; when it is dropped without a result, those who wait learn that too.
#[derive(Debug)]
pub(super) struct Landing<K: Hash + Eq, V> {
    map: Map<K, V>,
    key: K,
    result: watch::Sender<Option<V>>,
}

impl<K: Hash + Eq + Clone, V: Clone> Flights<K, V> {
    /// Nothing under way.
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    /// Joins the work on `key`, or launches it. The work runs on its own: who waits may leave at any time.
    /// None when the work ended without a result.
    pub(super) async fn join(&self, key: K, launch: impl FnOnce(Landing<K, V>)) -> Option<V> {
        let mut waiting = {
            let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(waiting) = map.get(&key) {
                waiting.clone()
            } else {
                let (result, waiting) = watch::channel(None);
                map.insert(key.clone(), waiting.clone());
                drop(map);
                launch(Landing { map: Arc::clone(&self.0), key, result });
                waiting
            }
        };
        waiting.wait_for(Option::is_some).await.ok()?.clone()
    }
}

impl<K: Hash + Eq, V> Landing<K, V> {
    /// Hands the result to all who wait; whoever comes later starts anew.
    pub(super) fn land(self, value: V) {
        self.map.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
        self.result.send_replace(Some(value));
    }
}

impl<K: Hash + Eq, V> Drop for Landing<K, V> {
    fn drop(&mut self) {
        if self.result.borrow().is_none() {
            self.map.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Flights, Landing};
    use std::sync::{Arc, Mutex};

    #[tokio::test]
    async fn those_who_come_together_share_and_those_who_come_later_start_anew() {
        let flights = Flights::<&str, u32>::new();
        let landings = Arc::new(Mutex::new(Vec::<Landing<&str, u32>>::new()));
        let launch = || {
            let landings = Arc::clone(&landings);
            move |landing| landings.lock().expect("no panic").push(landing)
        };
        let first = landings.clone();
        let (a, b, ()) = tokio::join!(flights.join("x", launch()), flights.join("x", launch()), async move {
            first.lock().expect("no panic").remove(0).land(1);
        });
        assert_eq!((a, b, landings.lock().expect("no panic").len()), (Some(1), Some(1), 0));
        let lost = flights.join("x", drop).await;
        assert_eq!(lost, None);
        assert_eq!(flights.join("x", |landing| landing.land(3)).await, Some(3));
    }
}
