//! A span and its JSON by the OpenTelemetry protocol (OTLP 1.x, trace.proto in its JSON mapping: ids in
//! hex, 64-bit numbers as texts).

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

/// Of a trace and of a span in it.
pub(super) type Link = (u128, u64);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
}

/// A span; `end` is 0 while it is open.
#[derive(Debug, Clone)]
pub(super) struct Finished {
    pub(super) trace: u128,
    pub(super) id: u64,
    parent: Option<u64>,
    name: &'static str,
    start: u64,
    pub(super) end: u64,
    attributes: Vec<(&'static str, Value)>,
    pub(super) links: Vec<Link>,
}

pub(super) fn now_nanos() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// The kind of a span that answers a request from outside, and of one within.
const SERVER: i32 = 2;
const INTERNAL: i32 = 1;

impl Finished {
    pub(super) fn begin(name: &'static str, parent: Option<Link>) -> Self {
        // An id of zeros is none, by the protocol.
        let trace = parent.map_or_else(|| rand::random::<u128>().max(1), |(trace, _)| trace);
        Self {
            trace,
            id: rand::random::<u64>().max(1),
            parent: parent.map(|(_, id)| id),
            name,
            start: now_nanos(),
            end: 0,
            attributes: Vec::new(),
            links: Vec::new(),
        }
    }

    pub(super) fn set(&mut self, name: &'static str, value: Value) {
        self.attributes.push((name, value));
    }

    fn json(&self) -> serde_json::Value {
        let attributes: Vec<_> = self
            .attributes
            .iter()
            .map(|(name, value)| match value {
                Value::Text(text) => json!({ "key": name, "value": { "stringValue": text } }),
                Value::Number(n) => json!({ "key": name, "value": { "intValue": n.to_string() } }),
            })
            .collect();
        let hex = |(trace, id): &Link| json!({ "traceId": format!("{trace:032x}"), "spanId": format!("{id:016x}") });
        let mut span = hex(&(self.trace, self.id));
        span["name"] = json!(self.name);
        span["kind"] = json!(if self.name == "request" { SERVER } else { INTERNAL });
        span["startTimeUnixNano"] = json!(self.start.to_string());
        span["endTimeUnixNano"] = json!(self.end.to_string());
        span["attributes"] = json!(attributes);
        if let Some(parent) = self.parent {
            span["parentSpanId"] = json!(format!("{parent:016x}"));
        }
        if !self.links.is_empty() {
            span["links"] = self.links.iter().map(hex).collect();
        }
        span
    }
}

/// The body of one request to the collector.
pub(super) fn body(spans: &[Finished]) -> String {
    let named = |name: &str, value: &str| json!({ "key": name, "value": { "stringValue": value } });
    let spans: Vec<_> = spans.iter().map(Finished::json).collect();
    json!({ "resourceSpans": [{
        "resource": { "attributes": [
            named("service.name", "zongheng"),
            named("service.version", env!("CARGO_PKG_VERSION")),
        ] },
        "scopeSpans": [{ "scope": { "name": "zongheng" }, "spans": spans }],
    }] })
    .to_string()
}
