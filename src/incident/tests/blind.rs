//! What canary cannot tell: one incident a cause.

use super::super::{Alerting, Book, Fact, Known};
use super::{MINUTE, eager, endpoint, fact, minute, policy, shown};
use crate::model::{EndpointId, Reason};

#[test]
fn canary_cannot_tell_is_one_incident_a_cause() {
    let ids = ["a", "b", "c"].map(endpoint);
    let known: Vec<Known<'_>> = ids.iter().map(|id| Known { id, tags: &[] }).collect();
    let policy = Alerting { unknown_after: Some(3), ..policy() };
    let mut book = Book::default();
    let mut run = |n: u32, letters: &str| {
        let facts: Vec<Fact> = ids.iter().zip(letters.chars()).map(|(id, l)| fact(id, l, minute(n))).collect();
        book.hear(facts.iter().map(|fact| (fact, &policy)), &known, minute(n)).notices
    };
    assert!(run(0, "??u").is_empty() && run(1, "??u").is_empty());
    let said = run(2, "???");
    assert_eq!(shown(&said), "unknown");
    assert_eq!(said[0].endpoints, ids[..2]);
    assert_eq!(said[0].since, minute(0));
    assert!(run(3, "???").is_empty());
    assert!(run(4, "???").is_empty(), "the third one joins without another message");
    assert!(run(5, "uu?").is_empty() && run(6, "uud").is_empty());
    let end = run(7, "uud");
    assert_eq!(shown(&end), "open+recover", "the third came back as down");
    assert_eq!((end[1].endpoints.len(), end[1].ended_at), (3, Some(minute(6))));
}

#[test]
fn what_canary_can_tell_again_is_named_at_the_end_only() {
    let ids = ["a", "b", "c"].map(endpoint);
    let known: Vec<Known<'_>> = ids.iter().map(|id| Known { id, tags: &[] }).collect();
    let policy = Alerting { repeat: MINUTE, ..eager() };
    let mut book = Book::default();
    let mut run = |n: u32, letters: &str| {
        let facts: Vec<Fact> = ids.iter().zip(letters.chars()).map(|(id, l)| fact(id, l, minute(n))).collect();
        let said = book.hear(facts.iter().map(|fact| (fact, &policy)), &known, minute(n)).notices;
        let about = said.iter().flat_map(|notice| notice.endpoints.iter().chain(&notice.endpoint));
        let mut about: Vec<String> = about.map(|id| id.endpoint.to_string()).collect();
        about.sort();
        (shown(&said), about.join(""))
    };
    assert_eq!(run(0, "???"), ("unknown".to_owned(), "abc".to_owned()));
    assert_eq!(run(1, "u??"), ("remind".to_owned(), "bc".to_owned()));
    assert_eq!(run(2, "uu?"), ("remind".to_owned(), "c".to_owned()));
    assert_eq!(run(3, "u??"), ("remind".to_owned(), "bc".to_owned()), "it may come back");
    assert_eq!(run(4, "uuu"), ("recover".to_owned(), "abc".to_owned()));
}

#[test]
fn a_cause_that_changes_hands_in_one_run_stays_the_same_incident() {
    let ids = ["a", "b"].map(endpoint);
    let known: Vec<Known<'_>> = ids.iter().map(|id| Known { id, tags: &[] }).collect();
    let policy = eager();
    let mut book = Book::default();
    let mut run = |n: u32, letters: &str| {
        let facts: Vec<Fact> = ids.iter().zip(letters.chars()).map(|(id, l)| fact(id, l, minute(n))).collect();
        book.hear(facts.iter().map(|fact| (fact, &policy)), &known, minute(n)).notices
    };
    let opening = run(0, "?u");
    assert_eq!(shown(&opening), "unknown");
    assert!(run(1, "u?").is_empty(), "told already");
    let end = run(2, "uu");
    assert_eq!((shown(&end), &end[0].incident), ("recover".to_owned(), &opening[0].incident));
}

#[test]
fn causes_behind_different_pools_are_different() {
    let ids = ["a", "b", "c"].map(endpoint);
    let known: Vec<Known<'_>> = ids.iter().map(|id| Known { id, tags: &[] }).collect();
    let through = |(id, pool): (&EndpointId, &str)| Fact {
        reason: Some(Reason::Proxy),
        pool: Some(pool.to_owned()),
        ..fact(id, '?', minute(0))
    };
    let facts: Vec<Fact> = ids.iter().zip(["home", "home", "abroad"]).map(through).collect();
    let policy = eager();
    let heard = Book::default().hear(facts.iter().map(|fact| (fact, &policy)), &known, minute(0));
    let about: Vec<usize> = heard.notices.iter().map(|notice| notice.endpoints.len()).collect();
    assert_eq!((shown(&heard.notices).as_str(), about), ("unknown+unknown", vec![0, 2]), "one alone is its endpoint");
}
