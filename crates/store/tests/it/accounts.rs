//! Accounts, sessions, tokens.

use uuid::Uuid;
use zongheng_core::ids::{PostId, UserId};
use zongheng_store::NewAccount;

use crate::support::{Fixture, county, morning, on_both};

on_both! {
    a_login_belongs_to_one
    a_link_opens_once_and_until_its_end
    a_session_keeps_its_post_and_ends
    a_locked_account_has_no_session_and_no_token
}

const CLERK: UserId = UserId(Uuid::from_u128(1));
const DESK: PostId = PostId(Uuid::from_u128(5));

fn clerk() -> NewAccount {
    NewAccount { id: CLERK, login: "desk".to_owned(), password: String::new(), must_change: true }
}

async fn a_login_belongs_to_one(db: Fixture) {
    assert!(db.store.create_account(&county(), &clerk(), morning()).await.unwrap());
    let other = NewAccount { id: UserId(Uuid::from_u128(2)), ..clerk() };
    assert!(!db.store.create_account(&county(), &other, morning()).await.unwrap());
    let found = db.store.account_by_login(&county(), "desk").await.unwrap().unwrap();
    assert_eq!((found.id, found.locked, found.must_change), (CLERK, false, true));
    assert_eq!(db.store.accounts(&county()).await.unwrap(), std::slice::from_ref(&found));
    db.store.note_sign_in(&county(), CLERK, false).await.unwrap();
    assert_eq!(db.store.account(&county(), CLERK).await.unwrap().unwrap().failures, 1);
    db.store.note_sign_in(&county(), CLERK, true).await.unwrap();
    assert_eq!(db.store.account(&county(), CLERK).await.unwrap(), Some(found));
}

async fn a_link_opens_once_and_until_its_end(db: Fixture) {
    db.store.create_account(&county(), &clerk(), morning()).await.unwrap();
    let ends = morning().plus_seconds(3600);
    db.store.open_link(&county(), CLERK, "hash-of-link", ends).await.unwrap();
    let by = async |link: &str, now| db.store.account_by_link(&county(), link, now).await.unwrap();
    assert_eq!(by("hash-of-link", morning()).await.unwrap().id, CLERK);
    assert_eq!(by("hash-of-link", ends).await, None, "too late");
    assert_eq!(by("", morning()).await, None, "no link is not a link");
    db.store.set_password(&county(), CLERK, "$argon2id$", false).await.unwrap();
    assert_eq!(by("hash-of-link", morning()).await, None, "used");
    let account = db.store.account(&county(), CLERK).await.unwrap().unwrap();
    assert_eq!((account.password.as_str(), account.must_change), ("$argon2id$", false));
}

async fn a_session_keeps_its_post_and_ends(db: Fixture) {
    db.store.create_account(&county(), &clerk(), morning()).await.unwrap();
    let (now, ends) = (morning(), morning().plus_seconds(600));
    db.store.open_session(&county(), "cookie", CLERK, None, now, ends).await.unwrap();
    db.store.choose_post(&county(), "cookie", Some(DESK)).await.unwrap();
    let session = db.store.session(&county(), "cookie", now).await.unwrap().unwrap();
    assert_eq!((session.account, session.post, session.ends), (CLERK, Some(DESK), ends));
    assert_eq!(db.store.session(&county(), "cookie", ends).await.unwrap(), None);
    db.store.keep_session(&county(), "cookie", now, ends.plus_seconds(600)).await.unwrap();
    assert!(db.store.session(&county(), "cookie", ends).await.unwrap().is_some());
    db.store.close_session(&county(), "cookie").await.unwrap();
    assert_eq!(db.store.session(&county(), "cookie", now).await.unwrap(), None);
}

async fn a_locked_account_has_no_session_and_no_token(db: Fixture) {
    db.store.create_account(&county(), &clerk(), morning()).await.unwrap();
    let (now, ends) = (morning(), morning().plus_seconds(600));
    db.store.open_session(&county(), "cookie", CLERK, None, now, ends).await.unwrap();
    db.store.create_token(&county(), "token", CLERK, Some(DESK), "import", now).await.unwrap();
    let token = db.store.token(&county(), "token").await.unwrap().unwrap();
    assert_eq!((token.account, token.post, token.name.as_str()), (CLERK, Some(DESK), "import"));
    db.store.set_locked(&county(), CLERK, true).await.unwrap();
    assert_eq!(db.store.session(&county(), "cookie", now).await.unwrap(), None);
    assert_eq!(db.store.token(&county(), "token").await.unwrap(), None);
    db.store.set_locked(&county(), CLERK, false).await.unwrap();
    assert_eq!(db.store.session(&county(), "cookie", now).await.unwrap(), None, "signs in again");
    assert!(db.store.token(&county(), "token").await.unwrap().is_some());
    assert_eq!(db.store.revoke_tokens(&county(), CLERK, "import", now).await.unwrap(), 1);
    assert_eq!(db.store.token(&county(), "token").await.unwrap(), None);
}
