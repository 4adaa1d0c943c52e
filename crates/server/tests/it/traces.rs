//! Spans of real requests, received by a collector that is a few lines of this test.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::http::Client;
use crate::program::{Place, free_address};

/// The spans of one request to the collector, which is answered.
fn receive(collector: &TcpListener) -> Vec<Value> {
    let (stream, _) = collector.accept().unwrap();
    let mut stream = BufReader::new(stream);
    let (mut line, mut length, mut first) = (String::new(), 0, String::new());
    while stream.read_line(&mut line).unwrap() > 2 {
        if first.is_empty() {
            first.clone_from(&line);
        }
        if let Some(n) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = n.trim().parse().unwrap();
        }
        line.clear();
    }
    assert!(first.starts_with("POST /v1/traces HTTP/1.1"), "{first}");
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let scope = &body["resourceSpans"][0];
    assert_eq!(scope["resource"]["attributes"][0]["value"]["stringValue"], "zongheng");
    scope["scopeSpans"][0]["spans"].as_array().unwrap().clone()
}

#[test]
fn a_request_is_followed_through_the_batch_and_tells_of_nobody() {
    let place = Place::new("traces", None);
    let made = place.run(&["simulate", "--seed", "3", "--days", "3", "--matters", "3"]);
    assert!(made.status.success());
    let token = place.run(&["token", "create", "--user", "command_centre", "--name", "t"]);
    let token = String::from_utf8(token.stdout).unwrap().trim().to_owned();
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}/v1/traces", collector.local_addr().unwrap());
    let data = place.folder.join("data");
    fs::create_dir_all(&data).unwrap();
    let settings = format!("[traces]\nendpoint = \"{endpoint}\"\n[log]\nfolder = \"log\"\n");
    fs::write(data.join("zongheng.toml"), settings).unwrap();
    let program = place.serve("log");
    let mut client = Client::connect(program.address).unwrap();
    let report = json!({ "playbook": "resident_report", "category": "road_bridge",
        "title": "护栏断了一截", "place": { "division": "411524102202" } });
    let key = "traces-key-000001";
    let reply = client.post("/api/v1/matters?from=secret", &token, key, &report).unwrap();
    assert_eq!(reply.status, 201, "{}", reply.body);

    let mut spans: BTreeMap<String, Value> = BTreeMap::new();
    // The runner works too, in traces of its own.
    let posted = |spans: &BTreeMap<String, Value>| -> Option<Value> {
        let post = spans.values().find(|span| span.to_string().contains(r#""stringValue":"POST""#));
        post.map(|span| span["traceId"].clone())
    };
    let named = |spans: &BTreeMap<String, Value>, name: &str| {
        let trace = posted(spans)?;
        spans.values().find(|span| span["name"] == name && span["traceId"] == trace).cloned()
    };
    while named(&spans, "commit").is_none() {
        for span in receive(&collector) {
            spans.insert(span["spanId"].as_str().unwrap().to_owned(), span);
        }
    }
    // From the commit up to the request.
    let mut path = Vec::new();
    let mut span = named(&spans, "commit").unwrap();
    loop {
        assert!(
            span["endTimeUnixNano"].as_str().unwrap()
                >= span["startTimeUnixNano"].as_str().unwrap()
        );
        path.push(span["name"].as_str().unwrap().to_owned());
        let Some(parent) = span["parentSpanId"].as_str() else { break };
        span = spans[parent].clone();
    }
    assert_eq!(path, ["commit", "batch", "record", "request"]);
    let attributes = span["attributes"].to_string();
    assert!(
        attributes.contains("/api/v1/matters") && attributes.contains("\"intValue\":\"201\""),
        "{attributes}"
    );
    for name in ["lock", "keys", "load", "decide", "write"] {
        assert!(named(&spans, name).is_some(), "no span {name}");
    }
    let all: String = spans.values().map(Value::to_string).collect();
    let id = reply.body["id"].as_str().unwrap();
    for secret in ["护栏", "secret", key, token.as_str(), id, "command_centre"] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
    // The log of the same run stands in its folder, without spans in its lines.
    let log = fs::read_dir(data.join("log")).unwrap().next().unwrap().unwrap().path();
    let log = fs::read_to_string(log).unwrap();
    let line = log.lines().find(|line| line.contains("\"POST\"")).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert!(line["fields"]["status"] == 201 && line["spans"].is_null(), "{line}");
}

#[test]
fn a_collector_that_is_away_costs_nobody_anything() {
    let place = Place::new("traces-away", None);
    let made = place.run(&["init", "--days", "natural", "--county=411524"]);
    assert!(made.status.success());
    let nobody = free_address();
    let settings = format!("[traces]\nendpoint = \"http://{nobody}\"\n");
    fs::write(place.folder.join("data/zongheng.toml"), settings).unwrap();
    let program = place.serve("log");
    let mut client = Client::connect(program.address).unwrap();
    let told = || place.log().contains("spans cannot be sent");
    let begun = std::time::Instant::now();
    while !told() && begun.elapsed().as_secs() < 30 {
        assert_eq!(client.get("/healthz", "").unwrap().status, 200);
    }
    assert!(told());
}
