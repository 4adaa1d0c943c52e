//! Signing in and out, the post to act under, the language, the password.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use tokio::sync::Semaphore;
use zongheng_core::ids::{PostId, UserId};
use zongheng_core::organisation::Holding;
use zongheng_core::time::At;
use zongheng_store::Account;

use super::form::{Form, back};
use super::reader::{Answer, LANGUAGE, Member, Reader};
use super::view::{ChoosePost, DemoAccount, PostChoice, Section, SetPassword, SignIn};
use super::words::Locale;
use crate::api::caller::{COOKIE, hash_secret};
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::secret;

/// How long a session lasts.
const SESSION: i64 = 12 * 3600;

/// Passwords compared at a time: each takes its share of memory and of a core.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/sign-in", get(ask).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/post", get(posts).post(choose_post))
        .route("/language", post(choose_language))
        .route("/password", get(ask_password).post(change_password))
        .route("/link/{code}", get(ask_first_password).post(first_password))
}

async fn sign_in_page(r: &Reader, here: &str) -> Result<SignIn, Response> {
    let mut page = SignIn::new(r.frame(Section::None, r.w.t("sign_in.title")));
    page.frame.here = here.to_owned();
    let Some(demo) = &r.app.demo else { return Ok(page) };
    page.demo_password = Some(demo.password.clone());
    let accounts = r.kept(r.app.store.accounts(&r.app.code).await)?;
    let post_of = |login: &str| {
        let account = accounts.iter().find(|account| account.login == login)?;
        let posts = r.county.organisation.posts_of(account.id, r.now.date());
        posts.first().map(|(post, _)| r.unit_post(post))
    };
    // A demonstration made by an earlier version has fewer of them.
    let shown = |login: &String| {
        Some(DemoAccount {
            post: post_of(login)?,
            does: r.w.find(&format!("demo.{login}")).unwrap_or_default().to_owned(),
            login: login.clone(),
        })
    };
    page.demo = demo.logins.iter().filter_map(shown).collect();
    Ok(page)
}

async fn ask(r: Reader, uri: axum::http::Uri) -> Answer {
    let query = Form::of_query(uri.query()).map_err(|p| r.problem(&p))?;
    let here = back(query.first("here"), "/today");
    if r.caller.is_some() {
        return Ok(Redirect::to(here).into_response());
    }
    let mut page = sign_in_page(&r, here).await?;
    if query.first("done") == Some("password") {
        page.frame.done = Some(r.w.t("done.password").to_owned());
    }
    Ok(page.into_response())
}

async fn sign_in(
    r: Reader,
    headers: HeaderMap,
    jar: CookieJar,
    form: Result<Form, Problem>,
) -> Answer {
    let form = form.map_err(|problem| r.problem(&problem))?;
    let here = back(form.first("here"), "/today");
    let login = form.trimmed("name").unwrap_or_default().to_owned();
    let password = form.first("password").unwrap_or_default().to_owned();
    let again = async |status: StatusCode, fault: &str| -> Answer {
        let mut page = sign_in_page(&r, here).await?;
        page.login.fill(std::slice::from_ref(&login));
        page.fault = Some(fault.to_owned());
        Ok((status, page).into_response())
    };
    if r.app.sign_ins.wait(&login, r.now).is_some() {
        return again(StatusCode::TOO_MANY_REQUESTS, r.w.t("sign_in.many")).await;
    }
    // NUL is no part of a name, and PostgreSQL takes none.
    let known = if login.contains('\0') {
        None
    } else {
        r.kept(r.app.store.account_by_login(&r.app.code, &login).await)?
    };
    let right = fits(&r, known.as_ref(), password).await?;
    let Some(account) = known.filter(|_| right) else {
        r.app.sign_ins.wrong(&login, r.now);
        return again(StatusCode::UNPROCESSABLE_ENTITY, r.w.t("sign_in.wrong")).await;
    };
    if account.locked {
        return again(StatusCode::FORBIDDEN, r.w.t("sign_in.locked")).await;
    }
    r.app.sign_ins.right(&login);
    r.kept(r.app.store.note_sign_in(&r.app.code, account.id, true).await)?;
    let jar = open(&r, account.id, jar, &headers).await?;
    let to = if account.must_change { "/password" } else { here };
    Ok((jar, Redirect::to(to)).into_response())
}

/// Whether the password is the account's. Nobody's account takes as long as anybody's.
async fn fits(r: &Reader, account: Option<&Account>, password: String) -> Result<bool, Response> {
    let kept = account.map(|account| account.password.clone()).unwrap_or_default();
    let compared = apart(move || secret::is_password(&kept, &password)).await;
    let right = compared.map_err(|problem| r.problem(&problem))?;
    if let Some(account) = account.filter(|_| !right) {
        r.kept(r.app.store.note_sign_in(&r.app.code, account.id, false).await)?;
    }
    Ok(right)
}

/// Runs what takes long on a thread of its own, two at a time.
async fn apart<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let _permit = AT_ONCE.acquire().await.map_err(|_| Problem::internal())?;
    tokio::task::spawn_blocking(run).await.map_err(|_| Problem::internal())
}

async fn open(
    r: &Reader,
    account: UserId,
    jar: CookieJar,
    headers: &HeaderMap,
) -> Result<CookieJar, Response> {
    let (secret, hash) = secret::fresh();
    let posts = r.county.organisation.posts_of(account, r.now.date());
    let post = posts.first().map(|(post, _)| post.id);
    let ends = r.now.plus_seconds(SESSION);
    r.kept(r.app.store.open_session(&r.app.code, &hash, account, post, r.now, ends).await)?;
    let cookie = Cookie::build((COOKIE, secret))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(r.app.here.tls.is_some() || is_tls(headers));
    Ok(jar.add(cookie))
}

/// Where TLS ends at a proxy before this server, it says so.
fn is_tls(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https")
}

async fn sign_out(r: Reader, jar: CookieJar, form: Result<Form, Problem>) -> Answer {
    r.form(form)?;
    if let Some(session) = r.caller.as_ref().and_then(|caller| caller.session.as_deref()) {
        r.kept(r.app.store.close_session(&r.app.code, session).await)?;
    }
    Ok((jar.remove(Cookie::build(COOKIE).path("/")), Redirect::to("/")).into_response())
}

async fn posts(Member(r): Member) -> Answer {
    let Some(caller) = &r.caller else { return Err(r.problem(&Problem::unauthenticated())) };
    let posts = r.county.organisation.posts_of(caller.user, r.now.date());
    let choice = |(post, holding): (&zongheng_core::organisation::Post, Holding)| PostChoice {
        id: post.id.to_string(),
        unit: r.unit(post.unit),
        post: r.post_name(post),
        holding: match holding {
            Holding::Holder => None,
            Holding::Deputy => Some(r.w.name("holding", "deputy")),
            Holding::Second => Some(r.w.name("holding", "second")),
        },
        current: r.actor.post == Some(post.id),
    };
    let mut frame = r.frame(Section::None, r.w.t("post.title"));
    "/today".clone_into(&mut frame.here);
    Ok(ChoosePost { frame, posts: posts.into_iter().map(choice).collect() }.into_response())
}

async fn choose_post(Member(r): Member, form: Result<Form, Problem>) -> Answer {
    let form = r.form(form)?;
    let wanted: Option<PostId> = form.first("post").and_then(|id| id.parse().ok());
    let held = wanted
        .zip(r.caller.as_ref())
        .filter(|(post, caller)| r.county.actor(caller.user, *post, r.now).is_some());
    let Some((post, caller)) = held else { return Err(r.problem(&Problem::unknown())) };
    if let Some(session) = &caller.session {
        r.kept(r.app.store.choose_post(&r.app.code, session, Some(post)).await)?;
    }
    Ok(Redirect::to(back(form.first("here"), "/today")).into_response())
}

async fn choose_language(r: Reader, jar: CookieJar, form: Result<Form, Problem>) -> Answer {
    let form = r.form(form)?;
    let locale = form.first("language").and_then(Locale::named).unwrap_or_default();
    let cookie = Cookie::build((LANGUAGE, locale.tag()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(r.app.here.tls.is_some())
        .permanent();
    Ok((jar.add(cookie), Redirect::to(back(form.first("here"), "/"))).into_response())
}

async fn ask_password(Member(r): Member) -> Answer {
    Ok(password_page(&r, "/password", true).into_response())
}

fn password_page(r: &Reader, action: &str, with_old: bool) -> SetPassword {
    SetPassword::new(r.frame(Section::None, r.w.t("password.title")), action, with_old)
}

/// The new password as it will be kept, or the page again with what is wrong.
async fn chosen(r: &Reader, form: &Form, mut page: SetPassword) -> Result<String, Response> {
    let new = form.first("new").unwrap_or_default().to_owned();
    if form.first("again").unwrap_or_default() != new {
        page.again.fault = Some(r.w.t("password.differs").to_owned());
        return Err((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let hashed = apart(move || secret::hash_password(&new)).await.map_err(|p| r.problem(&p))?;
    hashed.map_err(|_| {
        page.new.fault = Some(r.w.n("password.short", secret::SHORTEST));
        (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
    })
}

async fn change_password(
    Member(r): Member,
    headers: HeaderMap,
    jar: CookieJar,
    form: Result<Form, Problem>,
) -> Answer {
    let form = r.form(form)?;
    let Some(caller) = &r.caller else { return Err(r.problem(&Problem::unauthenticated())) };
    if r.app.sign_ins.wait(&caller.login, r.now).is_some() {
        return Err(r.problem(&Problem::too_many(60)));
    }
    let account = r.kept(r.app.store.account(&r.app.code, caller.user).await)?;
    let old = form.first("old").unwrap_or_default().to_owned();
    let mut page = password_page(&r, "/password", true);
    if !fits(&r, account.as_ref(), old).await? {
        r.app.sign_ins.wrong(&caller.login, r.now);
        page.old.fault = Some(r.w.t("password.wrong").to_owned());
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let kept = chosen(&r, &form, page).await?;
    r.kept(r.app.store.set_password(&r.app.code, caller.user, &kept, false).await)?;
    // Every session ended with the old password; this one goes on under a new secret.
    let jar = open(&r, caller.user, jar, &headers).await?;
    Ok((jar, Redirect::to("/today?done=password")).into_response())
}

async fn by_link(r: &Reader, code: &str, now: At) -> Result<Account, Response> {
    let found = r.app.store.account_by_link(&r.app.code, &hash_secret(code), now).await;
    let account = r.kept(found)?.filter(|account| !account.locked);
    account
        .ok_or_else(|| r.problem_with(&Problem::unknown(), r.w.t("password.link_over").to_owned()))
}

async fn ask_first_password(r: Reader, Path(code): Path<String>) -> Answer {
    by_link(&r, &code, r.now).await?;
    Ok(password_page(&r, &format!("/link/{code}"), false).into_response())
}

async fn first_password(
    r: Reader,
    Path(code): Path<String>,
    form: Result<Form, Problem>,
) -> Answer {
    let form = form.map_err(|problem| r.problem(&problem))?;
    let account = by_link(&r, &code, r.now).await?;
    let kept = chosen(&r, &form, password_page(&r, &format!("/link/{code}"), false)).await?;
    r.kept(r.app.store.set_password(&r.app.code, account.id, &kept, false).await)?;
    Ok(Redirect::to("/sign-in?done=password").into_response())
}
