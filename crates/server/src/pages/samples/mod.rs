//! One sample of every page, as the county looked on 4月14日 周四 at 15:00, and what holds for all
//! pages alike. People are posts.
//!
//! `ZONGHENG_LOOK=folder` also writes the samples there with their styles, to be looked at.

mod imports;
mod matter;
mod messages;
mod organisation;
mod public;
mod rulings;
mod work;

use askama::Template;
use zongheng_core::time::At;

use super::assets;
use super::view::{Frame, Lamp, LampKind, Me, Moment, OtherPost, Section};
use super::words::{Locale, Words};

fn at(text: &str) -> At {
    format!("{text}:00+08:00").parse().unwrap()
}

fn now() -> At {
    at("2022-04-14T15:00")
}

fn lamp(w: Words, kind: LampKind, due: &str) -> Lamp {
    Lamp::new(w, kind, Some(at(due)), now())
}

fn moment(w: Words, text: &str) -> Moment {
    Moment::of(w, at(text), now())
}

fn public_frame(w: Words, title: &str) -> Frame {
    Frame {
        w,
        title: title.to_owned(),
        county: "商城县".to_owned(),
        csrf: "csrf-0".to_owned(),
        here: "/report".to_owned(),
        ..Frame::default()
    }
}

fn frame(w: Words, section: Section, title: &str) -> Frame {
    let others = vec![OtherPost {
        id: "p2".to_owned(),
        name: "县联动指挥中心 · 核查岗".to_owned(),
    }];
    Frame {
        section,
        me: Some(Me {
            unit: "县联动指挥中心".to_owned(),
            post: "调度岗".to_owned(),
            acting_for: None,
            others,
        }),
        may_enter: true,
        sees_none: None,
        open: Some(186),
        unseen: 2,
        here: "/today".to_owned(),
        simulated: true,
        as_of: Some(Moment::clock(w, now())),
        ..public_frame(w, title)
    }
}

/// Every page by name, in one language.
fn pages(w: Words) -> Vec<(&'static str, String)> {
    let shown = |page: &dyn askama::DynTemplate| page.dyn_render().unwrap();
    vec![
        ("sign-in", shown(&public::sign_in(w))),
        ("sign-in-wrong", shown(&public::sign_in_wrong(w))),
        ("post", shown(&public::choose_post(w))),
        ("today", shown(&work::today(w))),
        ("today-empty", shown(&work::today_empty(w))),
        ("register", shown(&work::register(w))),
        ("register-empty", shown(&work::register_empty(w))),
        ("imports", shown(&imports::list(w))),
        ("import-bad", shown(&imports::bad(w))),
        ("import-map", shown(&imports::map(w))),
        ("import-running", shown(&imports::running(w))),
        ("import-done", shown(&imports::done(w))),
        ("register-found", shown(&work::register_found(w))),
        ("register-not-found", shown(&work::register_not_found(w))),
        ("intake", shown(&work::intake(w))),
        ("intake-faults", shown(&work::intake_faults(w))),
        ("matter", shown(&matter::handling(w))),
        ("matter-faults", shown(&matter::faults(w))),
        ("matter-wide", shown(&matter::wide(w))),
        ("matter-new", shown(&matter::reported(w))),
        ("matter-closed", shown(&matter::closed(w))),
        ("messages", shown(&messages::list(w))),
        ("message", shown(&messages::one(w))),
        ("proposed-orders", shown(&messages::proposed(w))),
        ("rulings", shown(&rulings::page(w))),
        ("who", shown(&organisation::who(w))),
        ("gaps", shown(&organisation::gaps(w))),
        ("gaps-of-unit", shown(&organisation::gaps_of_unit(w))),
        ("sheets", shown(&organisation::sheets(w))),
        ("rules", shown(&organisation::rules(w))),
        ("decisions", shown(&organisation::decisions(w))),
        ("changes", shown(&organisation::changes(w))),
        ("tables-faults", shown(&organisation::table_with_faults(w))),
        ("tables-confirm", shown(&organisation::table_to_confirm(w))),
        ("system", shown(&organisation::system(w))),
        ("report", shown(&public::report(w))),
        ("report-faults", shown(&public::report_faults(w))),
        ("receipt", shown(&public::receipt(w))),
        ("follow", shown(&public::follow(w))),
        ("followed", shown(&public::followed(w))),
        ("problem", shown(&public::problem(w))),
    ]
}

/// What is wrong with a field, by a sentence that the rules say in English and pages in Chinese too.
fn fault(w: Words, what: &str) -> String {
    assert_ne!(Words::new(Locale::Zh).fault(what), what, "no page says this");
    w.fault(what)
}

const LOCALES: [Locale; 2] = [Locale::Zh, Locale::En];

/// The values of an attribute over the whole page.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let open = format!(" {attribute}=\"");
    page.match_indices(&open)
        .map(|(found, _)| {
            let rest = &page[found + open.len()..];
            &rest[..rest.find('"').unwrap()]
        })
        .collect()
}

#[test]
fn every_page_has_its_words() {
    for locale in LOCALES {
        let w = Words::new(locale);
        for (name, page) in pages(w) {
            assert!(!page.contains(w.t("missing")), "{name}: a word is missing");
            assert!(!page.contains('！'), "{name}: an exclamation mark");
            assert!(
                !page.contains("{n}") && !page.contains("{a}"),
                "{name}: a place is not filled"
            );
            assert!(page.contains(&format!("<html lang=\"{}\">", w.tag())), "{name}");
        }
    }
}

#[test]
fn pages_keep_the_content_security_policy() {
    for (name, page) in pages(Words::default()) {
        for forbidden in [" style=", "<style", "<script", "javascript:", " onclick", " onsubmit"] {
            assert!(!page.contains(forbidden), "{name}: {forbidden}");
        }
        for href in values(&page, "href").into_iter().chain(values(&page, "action")) {
            let own = href.starts_with('/') || href.starts_with('#') || href.starts_with("tel:");
            assert!(own, "{name}: {href} leads outside");
        }
    }
}

#[test]
fn every_label_and_every_reference_finds_its_element() {
    for (name, page) in pages(Words::default()) {
        let ids = values(&page, "id");
        for (n, id) in ids.iter().enumerate() {
            assert!(!ids[..n].contains(id), "{name}: id {id} stands twice");
        }
        let told = ["for", "aria-labelledby", "aria-describedby"];
        for reference in told.iter().flat_map(|a| values(&page, a)) {
            for id in reference.split_whitespace() {
                assert!(ids.contains(&id), "{name}: nothing has the id {id}");
            }
        }
        let fields = values(&page, "id").len();
        let inputs = page.matches("<input class=\"input\"").count()
            + page.matches("<select").count()
            + page.matches("<textarea").count();
        assert!(fields >= inputs, "{name}: a field without an id");
        assert_eq!(page.matches("<h1").count(), 1, "{name}: one title a page");
        assert_eq!(page.matches("<main").count(), 1, "{name}");
    }
}

#[test]
fn every_posted_form_bears_the_session_s_token_and_every_act_its_key() {
    for (name, page) in pages(Words::default()) {
        for form in page.split("<form").skip(1) {
            let form = &form[..form.find("</form>").unwrap()];
            if !form.contains("method=\"post\"") {
                continue;
            }
            assert!(form.contains("name=\"csrf\" value=\"csrf-0\""), "{name}: {form}");
            if form.contains("/acts\"") {
                assert!(form.contains("name=\"key\" value=\"key-"), "{name}");
                // Whoever comes by receipt has seen no acts.
                let receipt = form.contains("/follow/acts\"");
                assert!(receipt || form.contains("name=\"seq\" value=\"22\""), "{name}");
                assert!(form.contains("name=\"act\" value=\""), "{name}");
            }
        }
    }
}

#[test]
fn one_act_at_most_is_vermilion() {
    for (name, page) in pages(Words::default()) {
        // The button of an unfolded form repeats the colour of the button that unfolds it.
        let folded = page.matches("summary class=\"btn btn--act\"").count();
        let all = page.matches("btn--act").count();
        assert!(all - folded <= 1, "{name}: {all} vermilion buttons");
    }
}

#[test]
fn what_people_typed_is_escaped() {
    let mut page = matter::handling(Words::default());
    page.title = "<script>alert(1)</script> & \"桥\"".to_owned();
    page.acts[0].fields.last_mut().unwrap().value = "</textarea><b>".to_owned();
    let page = page.render().unwrap();
    assert!(page.contains("&#60;script&#62;"));
    assert!(!page.contains("<script>") && !page.contains("</textarea><b>"));
}

#[test]
fn samples_can_be_looked_at() {
    let Some(folder) = std::env::var_os("ZONGHENG_LOOK").map(std::path::PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(&folder).unwrap();
    for asset in [assets::style(), assets::favicon()] {
        std::fs::write(folder.join(&asset.name), &asset.bytes).unwrap();
    }
    for locale in LOCALES {
        for (name, page) in pages(Words::new(locale)) {
            let page = page.replace("\"/assets/", "\"");
            let name = format!("{name}.{}.html", if locale == Locale::Zh { "zh" } else { "en" });
            std::fs::write(folder.join(name), page).unwrap();
        }
    }
}
