//! Spans of requests and batches, sent to a collector by OTLP over HTTP as JSON. Only spans of the
//! target `trace` leave the process: names of routes and steps, counts, status; never an id of a
//! person, a query or a text (docs/adr/0013).

mod endpoint;
mod export;
mod span;

use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

pub use endpoint::Endpoint;
pub use export::{Exporter, start};
use span::{Finished, Value, now_nanos};

/// The target of spans that are sent.
pub const TARGET: &str = "trace";

/// Takes spans as they end and puts them into the exporter's queue.
pub struct Spans {
    to: Exporter,
}

impl Spans {
    pub fn new(to: Exporter) -> Self {
        Self { to }
    }
}

/// What is known of a span while it is open.
struct Open(Finished);

struct Fields<'a>(&'a mut Finished);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.set(field.name(), Value::Text(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.set(field.name(), Value::Text(value.to_owned()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.set(field.name(), Value::Number(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.set(field.name(), Value::Number(i64::try_from(value).unwrap_or(i64::MAX)));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let parent = span.parent().and_then(|parent| {
            let extensions = parent.extensions();
            extensions.get::<Open>().map(|Open(open)| (open.trace, open.id))
        });
        let mut made = Finished::begin(span.name(), parent);
        attributes.record(&mut Fields(&mut made));
        span.extensions_mut().insert(Open(made));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(Open(open)) = span.extensions_mut().get_mut::<Open>() {
            values.record(&mut Fields(open));
        }
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, context: Context<'_, S>) {
        let (Some(span), Some(other)) = (context.span(id), context.span(follows)) else { return };
        let link = other.extensions().get::<Open>().map(|Open(open)| (open.trace, open.id));
        if let (Some(Open(open)), Some(link)) = (span.extensions_mut().get_mut::<Open>(), link) {
            open.links.push(link);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if let Some(Open(mut open)) = span.extensions_mut().remove::<Open>() {
            open.end = now_nanos();
            self.to.take(open);
        }
    }
}
