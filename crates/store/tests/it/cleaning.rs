//! What is over goes, in as many steps as it takes; what is kept for ever stays.

use zongheng_core::time::At;
use zongheng_store::{Cleaned, NewAccount};

use crate::support::town::user;
use crate::support::{Fixture, county, morning, on_both};

on_both! {
    what_is_over_goes_and_the_rest_stays
}

async fn what_is_over_goes_and_the_rest_stays(db: Fixture) {
    let (store, code, now) = (&db.store, county(), morning());
    crate::ledger::three_acts(&db).await;
    let account = |n: &str| NewAccount {
        id: user(n),
        login: n.to_owned(),
        password: String::new(),
        must_change: false,
    };
    let (one, other) = (account("one"), account("other"));
    store.create_accounts(&code, &[one.clone(), other.clone()], now).await.unwrap();
    // More than one step's worth, and one that ends a second later.
    let ended =
        (0..1203).map(|n| format!("('{code}', 'h{n}', 'x', '', 0, 0, {})", now.seconds() - n));
    let values = ended.collect::<Vec<_>>().join(", ");
    db.sql(&format!(
        "insert into session (county, hash, account, post, created, seen, ends) values {values}"
    ))
    .await
    .unwrap();
    let later = |seconds| now.plus_seconds(seconds);
    store.open_session(&code, "open", one.id, None, now, later(1)).await.unwrap();
    store.open_link(&code, one.id, "over", now).await.unwrap();
    store.open_link(&code, other.id, "open", later(1)).await.unwrap();
    for (hash, name) in [("long-ago", "long-ago"), ("lately", "lately"), ("in-use", "in-use")] {
        store.create_token(&code, hash, one.id, None, name, now).await.unwrap();
    }
    let days = |n: i64| At::from_seconds(now.seconds() - n * 86_400);
    store.revoke_tokens(&code, one.id, "long-ago", days(183)).await.unwrap();
    store.revoke_tokens(&code, one.id, "lately", days(182)).await.unwrap();

    let cleaned = store.clean(&code, now).await.unwrap();
    assert_eq!(cleaned, Cleaned { sessions: 1203, links: 1, tokens: 1, messages: 0 });
    assert_eq!(store.clean(&code, now).await.unwrap(), Cleaned::default(), "nothing is left to do");
    assert!(store.session(&code, "open", now).await.unwrap().is_some());
    assert!(store.account_by_link(&code, "open", now).await.unwrap().is_some());
    assert!(store.token(&code, "in-use").await.unwrap().is_some());
    let kept = db.ask("select name from token order by name").await;
    assert_eq!(kept, ["in-use", "lately"]);
    assert_eq!(db.ask("select cast(count(*) as text) from act").await, ["3"]);
}
