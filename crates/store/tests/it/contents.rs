//! Contents and the vault.

use uuid::Uuid;
use zongheng_core::ids::{ContentId, UserId};
use zongheng_core::ledger::{Class, Hash};
use zongheng_store::ledger::Entry;
use zongheng_store::vault::Looker;
use zongheng_store::{NewContent, Options, RingPlace, Store};

use crate::ledger::entry;
use crate::support::{Fixture, county, morning, on_both, options};

on_both! {
    texts_are_shown_and_personal_data_only_by_a_look
    what_is_erased_is_gone_and_the_act_stays
    personal_data_are_refused_while_the_vault_is_shut
    a_forged_look_is_named
}

const PHONE: ContentId = ContentId(Uuid::from_u128(1));
const WHY: [&str; 2] = ["system_admin", "申请 3 号，2026-11-24"];
const TITLE: ContentId = ContentId(Uuid::from_u128(2));

fn with_contents() -> Entry {
    let content = |id, class, text: &str| NewContent {
        id,
        class,
        salt: [9; 32],
        text: text.to_owned(),
        file: None,
    };
    let contents = vec![
        content(PHONE, Class::Personal, "199 0000 0000"),
        content(TITLE, Class::Text, "曹寨村路灯不亮 {each 1} '\"\\"),
    ];
    Entry { contents, ..entry("sys", 1) }
}

fn looker() -> Looker {
    Looker { user: UserId(Uuid::from_u128(7)), post: None, why: "call_back".to_owned() }
}

async fn texts_are_shown_and_personal_data_only_by_a_look(db: Fixture) {
    let acts = db.store.append(&county(), morning(), vec![with_contents()], &[]).await.unwrap();
    let refs = acts[0].content_refs();
    assert_eq!(refs[0].digest, Hash::of_content(&[9; 32], "199 0000 0000".as_bytes()));
    let shown = db.store.texts(&county(), &[PHONE, TITLE]).await.unwrap();
    assert_eq!(shown[&PHONE].text, None);
    assert_eq!(shown[&TITLE].text.as_deref(), Some("曹寨村路灯不亮 {each 1} '\"\\"));
    let kept = db.ask("select text || cipher || salt from content where class = 'personal'").await;
    assert!(!kept[0].contains("199 0000 0000") && kept[0].len() > 64, "{kept:?}");

    assert_eq!(
        db.store.look(&county(), PHONE, &looker(), morning()).await.unwrap(),
        "199 0000 0000"
    );
    db.store.look(&county(), TITLE, &looker(), morning()).await.expect_err("no vault entry");
    let trail = db.store.verify_trail(&county()).await.unwrap().unwrap();
    assert_eq!(trail.0, 1, "a look that showed nothing is none");

    let seal = db.store.seal(&county(), morning()).await.unwrap().unwrap();
    assert_eq!(seal.count, 2, "the head of the trail is sealed with the rest");
    let noted = db.store.acts_between(&county(), 2, 2).await.unwrap().remove(0);
    assert_eq!(
        (noted.kind.as_str(), noted.body_value()["head"].as_str()),
        ("looked", Some(trail.1.to_string().as_str()))
    );
    assert_eq!(db.store.seal(&county(), morning()).await.unwrap(), None, "no new look, no new act");
}

async fn what_is_erased_is_gone_and_the_act_stays(db: Fixture) {
    let ring = db.folder.join("ring.json");
    std::fs::write(&ring, "").unwrap();
    std::fs::remove_file(&ring).unwrap();
    zongheng_store::vault::Ring::from_seed(&[1; 32]).write(&ring).unwrap();
    let in_file = Options { ring: RingPlace::File(ring.clone()), ..Options::default() };
    let store = Store::open(&db.url, &in_file).await.unwrap();
    let acts = store.append(&county(), morning(), vec![with_contents()], &[]).await.unwrap();
    assert!(store.erase(&county(), PHONE, morning(), WHY).await.unwrap());
    assert!(!store.erase(&county(), PHONE, morning(), WHY).await.unwrap(), "once is enough");
    assert!(!store.erase(&county(), ContentId(Uuid::from_u128(99)), morning(), WHY).await.unwrap());
    assert_eq!(
        db.ask("select salt || text || cipher || cipher_key from content where class = 'personal'")
            .await,
        [""]
    );
    let log = std::fs::read_to_string(db.folder.join("ring.json.erased")).unwrap();
    assert!(log.contains("申请 3 号") && log.contains("system_admin"), "{log}");
    let said = store.look(&county(), PHONE, &looker(), morning()).await.unwrap_err().to_string();
    assert!(said.contains("was erased"), "{said}");
    assert_eq!(store.acts_between(&county(), 1, 1).await.unwrap(), acts, "the act names it still");

    // A backup from before is put back: the log beside the key makes it forget as well.
    db.sql("update content set text = 'from the backup', erased = null where class = 'personal'")
        .await
        .unwrap();
    Store::open(&db.url, &in_file).await.unwrap();
    assert_eq!(db.ask("select text from content where class = 'personal'").await, [""]);
}

async fn personal_data_are_refused_while_the_vault_is_shut(db: Fixture) {
    let store = Store::open(&db.url, &options(&[2; 32])).await.unwrap();
    let said = store.append(&county(), morning(), vec![with_contents()], &[]).await.unwrap_err();
    assert!(said.to_string().contains("the vault is shut"), "{said}");
    assert_eq!(store.head(&county()).await.unwrap().pos, 0, "nothing was kept");
    store.append(&county(), morning(), vec![entry("sys", 1)], &[]).await.expect("all else works");
}

async fn a_forged_look_is_named(db: Fixture) {
    db.store.append(&county(), morning(), vec![with_contents()], &[]).await.unwrap();
    for _ in 0..3 {
        db.store.look(&county(), PHONE, &looker(), morning()).await.unwrap();
    }
    let off = if db.is_sqlite() {
        "drop trigger trail_update"
    } else {
        "drop trigger trail_guard on trail"
    };
    db.sql(off).await.unwrap();
    db.sql("update trail set why = 'curiosity' where n = 2").await.unwrap();
    assert_eq!(db.store.verify_trail(&county()).await.unwrap().unwrap_err().n, 2);
}
