//! What `ops/` gives to whoever watches: every figure that rules and dashboard ask for is printed.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::{House, VILLAGE};
use crate::app::Here;
use crate::commands::now;
use crate::tls::{Files, Tls, made};

fn read(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ops");
    std::fs::read_to_string(root.join(file)).unwrap()
}

/// The names of figures in a text.
fn figures(text: &str) -> BTreeSet<String> {
    text.match_indices("zongheng_")
        .map(|(at, _)| {
            text[at..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect()
        })
        .collect()
}

/// Every figure of a server under TLS, which has the most of them.
async fn printed() -> BTreeSet<String> {
    let house = House::open().await;
    let files = Files {
        certificate: house.folder.join("certificate.pem"),
        key: house.folder.join("key.pem"),
    };
    made::make(&files, &["localhost".to_owned()], now()).unwrap();
    let tls = Some(Tls::load(files, now()).unwrap());
    let here = Here { tls, ..house.app.here.clone() };
    let served = house.elsewhere(here);
    served.get("/healthz").await;
    let report = json!({ "playbook": "resident_report", "category": "road_bridge", "title": "护栏",
                         "place": { "division": VILLAGE } });
    let matter = served.post("command_centre", "/api/v1/matters", &report).await.json();
    let path = format!("/api/v1/matters/{}/acts", matter["id"].as_str().unwrap());
    let refused = served.post("command_centre", &path, &json!({ "act": "sign_off" })).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    let text = served.get("/metrics").await.text;
    assert!(text.contains("zongheng_health{part=\"certificate\"} 0"), "{text}");
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples.flat_map(figures).collect()
}

#[tokio::test]
async fn rules_and_dashboard_ask_for_nothing_that_is_not_there() {
    let printed = printed().await;
    for file in ["prometheus/alerts.yml", "grafana/zongheng.json"] {
        let asked = figures(&read(file));
        assert!(asked.len() > 8, "{file}: {asked:?}");
        let missing: Vec<_> = asked.difference(&printed).collect();
        assert!(missing.is_empty(), "{file} asks for {missing:?}; printed are {printed:?}");
    }
}

#[test]
fn the_dashboard_is_one_that_loads() {
    let dashboard: Value = serde_json::from_str(&read("grafana/zongheng.json")).unwrap();
    assert!(dashboard["schemaVersion"].as_u64().unwrap() >= 36 && dashboard["uid"] == "zongheng");
    let panels = dashboard["panels"].as_array().unwrap();
    let ids: BTreeSet<_> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), panels.len(), "each panel has its own id");
    for panel in panels {
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty(), "{panel}");
        let refs: BTreeSet<_> = targets.iter().map(|t| t["refId"].as_str().unwrap()).collect();
        assert_eq!(refs.len(), targets.len(), "{panel}");
        let place = &panel["gridPos"];
        assert!(place["x"].as_u64().unwrap() + place["w"].as_u64().unwrap() <= 24, "{place}");
    }
}

#[test]
fn every_alert_has_its_line_in_the_guide() {
    let rules = read("prometheus/alerts.yml");
    let alerts: Vec<&str> =
        rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(alerts.len() > 8, "{alerts:?}");
    for guide in ["../docs/running/monitoring.md", "../docs/running/monitoring.zh-CN.md"] {
        let told = read(guide);
        for alert in &alerts {
            assert!(
                told.contains(&format!("| {alert} |")),
                "{guide} does not say what to do at {alert}"
            );
        }
    }
}

#[test]
fn the_unit_and_the_container_start_the_program_as_the_guide_says() {
    let unit = read("systemd/zongheng.service");
    for line in [
        "Type=notify",
        "ExecStart=/usr/local/bin/zongheng serve",
        "ExecReload=/bin/sh -c 'kill -HUP $MAINPID'",
        "Restart=on-failure",
        "User=zongheng",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "ReadWritePaths=/var/lib/zongheng /var/lib/zongheng-key -/srv/backups",
        "Environment=ZONGHENG_DATA=/var/lib/zongheng",
    ] {
        assert!(unit.lines().any(|l| l == line), "{line}");
    }
    let container = read("Containerfile");
    for line in ["USER 10001:10001", "STOPSIGNAL SIGTERM", "HEALTHCHECK "] {
        assert!(container.lines().any(|l| l.starts_with(line)), "{line}");
    }
    let rust = format!("FROM docker.io/library/rust:{}", env!("CARGO_PKG_RUST_VERSION"));
    assert!(container.lines().any(|l| l.starts_with(&rust)), "{rust}");
}

#[test]
fn every_part_and_every_code_has_its_words() {
    use crate::pages::words::{Locale, Words};
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    for file in [
        "health/county.rs",
        "health/database.rs",
        "health/machine.rs",
        "health/mod.rs",
        "health/upkeep.rs",
        "commands/doctor.rs",
    ] {
        let text = std::fs::read_to_string(source.join(file)).unwrap();
        for call in ["Part::warn(\"", "Part::bad(\"", "Part::ok(\""] {
            for (at, _) in text.match_indices(call) {
                let rest = &text[at + call.len()..];
                let (part, rest) = rest.split_once('"').unwrap();
                let well = call.contains("ok");
                // A code that is worked out stands beside its words elsewhere in the file.
                let code = if well { Some("ok") } else { rest.strip_prefix(", \"") };
                if let Some(code) = code.and_then(|code| code.split('"').next()) {
                    found.insert((part.to_owned(), code.to_owned(), !well));
                }
            }
        }
    }
    assert!(found.len() > 30, "{found:?}");
    for (part, code, to_mend) in found {
        for w in [Words::new(Locale::Zh), Words::new(Locale::En)] {
            assert!(w.find(&format!("health_part.{part}")).is_some(), "{part}");
            assert!(w.find(&format!("health.{part}.{code}")).is_some(), "{part}.{code}");
            let mend = w.find(&format!("health.{part}.{code}_mend"));
            assert_eq!(mend.is_some(), to_mend, "{part}.{code}");
        }
    }
}
