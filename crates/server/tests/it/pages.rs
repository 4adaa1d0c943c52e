//! Pages of a session, where a test has to reach past the program: a second post, a link of last week.

use serde_json::json;
use zongheng_core::ids::{DivisionCode, PostId};
use zongheng_core::ledger::{By, Stream};
use zongheng_core::organisation::{Appointment, Holding, Organised};
use zongheng_core::time::At;
use zongheng_store::ledger::Entry;
use zongheng_store::{Options, Store};

use crate::http::{Client, Reply};
use crate::program::{Place, Program, at_once};

const PASSWORD: &str = "zongheng-demo";

#[test]
fn sessions_on_sqlite() {
    sessions(&Place::new("pages", None));
}

#[test]
fn sessions_on_postgres() {
    if let Some(place) = Place::on_postgres("pages-pg") {
        sessions(&place);
    }
}

/// One demonstration serves all of it.
fn sessions(place: &Place) {
    let program = place.demo();
    a_session_acts_under_the_post_that_was_chosen(place, &program);
    a_link_that_is_over_sets_no_password(place, &program);
}

/// Somebody at the pages of a program.
struct Visitor {
    client: Client,
    cookie: String,
}

impl Visitor {
    fn new(program: &Program) -> Self {
        Self { client: Client::connect(program.address).unwrap(), cookie: String::new() }
    }

    fn at(program: &Program, login: &str, password: &str) -> Self {
        let mut visitor = Self::new(program);
        let reply = visitor.send("/sign-in", &[("name", login), ("password", password)]);
        assert_eq!(reply.status, 303, "{}", reply.text);
        visitor.cookie = reply.cookie.unwrap();
        visitor
    }

    fn get(&mut self, path: &str) -> Reply {
        self.client.page(path, &self.cookie).unwrap()
    }

    fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.client.send(path, &self.cookie, fields).unwrap()
    }
}

/// The hidden fields of the first form in which `mark` stands.
fn hidden<'p>(page: &'p str, mark: &str) -> Vec<(&'p str, &'p str)> {
    let form = page.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap());
    let form = form.clone().find(|form| form.contains(mark)).unwrap_or_else(|| panic!("no {mark}"));
    let inputs = form.split("<input type=\"hidden\" name=\"").skip(1);
    inputs
        .map(|input| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            (name, rest.split_once('"').unwrap().0)
        })
        .collect()
}

fn a_session_acts_under_the_post_that_was_chosen(place: &Place, program: &Program) {
    let tokens = place.tokens();
    let mut api = Client::connect(program.address).unwrap();
    let mut ask =
        |who: &str, path: &str| api.get(path, tokens[who].as_str().unwrap()).unwrap().body;
    let desk = ask("command_centre", "/api/v1/me")["post"].as_str().unwrap().to_owned();
    let head = ask("county_transport", "/api/v1/me");
    let (post, unit) = (head["post"].as_str().unwrap(), head["unit"].as_str().unwrap());
    appoint_as_deputy(place, "command_centre", PostId(post.parse().unwrap()));
    let waiting = ask("county_transport", "/api/v1/matters?state=dispatched&limit=1");
    let no = waiting["items"][0]["no"].as_str().unwrap();
    let page = format!("/matters/{no}");
    let sign_for = r#"name="act" value="sign_for""#;

    let mut clerk = Visitor::at(program, "command_centre", PASSWORD);
    let posts = clerk.get("/post").text;
    let choice = |id: &str| {
        let at = posts.rfind(&format!(r#"name="post" value="{id}""#)).expect("a post to choose");
        posts[at..].split("</button>").next().unwrap().to_owned()
    };
    assert!(choice(&desk).contains("tag--ok"), "the first post is the current one");
    assert!(choice(post).contains("代理") && !choice(post).contains("tag--ok"), "{posts}");
    assert!(!clerk.get(&page).text.contains(sign_for), "the desk signs for nothing");

    let csrf = hidden(&posts, post)[0];
    let auditor = ask("auditor", "/api/v1/me")["post"].as_str().unwrap().to_owned();
    assert_eq!(clerk.send("/post", &[csrf, ("post", &auditor)]).status, 404, "another's post");
    assert_eq!(clerk.send("/post", &[("post", post)]).status, 403, "not of this session");
    let chosen = clerk.send("/post", &[csrf, ("here", &page), ("post", post)]);
    assert_eq!((chosen.status, chosen.to.as_deref()), (303, Some(page.as_str())));
    let shown = clerk.get(&page).text;
    let signed = clerk.send(&format!("{page}/acts"), &hidden(&shown, sign_for));
    assert_eq!(signed.status, 303, "{}", signed.text);

    let acts = ask("command_centre", &format!("/api/v1/matters/{no}/acts?limit=200"));
    let last = acts["items"].as_array().unwrap().last().unwrap();
    assert_eq!(last["kind"], "signed_for");
    let by = &last["by"];
    assert_eq!((&by["post"], &by["unit"], &by["for"]), (&json!(post), &json!(unit), &json!(post)));
    let back = clerk.send("/post", &[csrf, ("post", &desk)]);
    assert_eq!((back.status, back.to.as_deref()), (303, Some("/today")));
}

/// Names an account's holder deputy of a post from today on.
fn appoint_as_deputy(place: &Place, login: &str, post: PostId) {
    at_once(async {
        let store = Store::open(&place.db, &Options::default()).await.unwrap();
        let county = DivisionCode::from("411524000000");
        let now = At::from_seconds(jiff::Timestamp::now().as_second());
        let user = store.account_by_login(&county, login).await.unwrap().unwrap().id;
        let from = now.date();
        let standing = store.county(&county).await.unwrap();
        let own = standing.organisation.posts_of(user, from).first().map(|(post, _)| post.id);
        let deputy = Appointment { post, user, holding: Holding::Deputy, from, to: None, own };
        let organised = Organised { appointments: vec![deputy], ..Organised::default() }.whole();
        let entry = Entry {
            stream: Stream::from("org"),
            kind: "organised".to_owned(),
            v: 1,
            by: By::system(),
            key: "a-deputy-of-the-test".to_owned(),
            body: json!(organised),
            contents: Vec::new(),
        };
        store.append(&county, now, vec![entry], &[]).await.unwrap();
        store.close().await;
    });
}

fn a_link_that_is_over_sets_no_password(place: &Place, program: &Program) {
    let reset = place.run(&["user", "reset", "auditor"]);
    let link = String::from_utf8(reset.stdout).unwrap().trim().to_owned();
    let mut visitor = Visitor::new(program);
    assert_eq!(visitor.get(&link).status, 200);
    place.sql("update account set link_ends = 1 where login = 'auditor'").unwrap();
    let asked = visitor.get(&link);
    assert_eq!(asked.status, 404);
    assert!(asked.text.contains("过期"), "{}", asked.text);
    let sent = visitor.send(&link, &[("new", "a-new-password"), ("again", "a-new-password")]);
    assert_eq!(sent.status, 404);
    Visitor::at(program, "auditor", PASSWORD);
}
