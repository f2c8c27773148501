//! A third gateway, on paper: it shows what one needs, and that nothing else has to know it. Tests only.
//!
//! It answers a query by reference with a list, like gateways at which one reference may have several invoices, and it
//! has one word for everything that is closed.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::domain::{
    GatewayName, Instant, NoAnswerReason, Notification, Observation, Payment, Reference, Reported,
};
use crate::gateway::account::{API_URL, GatewaySettings};
use crate::gateway::descriptor::{
    ApiVersions, GatewayDescriptor, InitForm, InitQuestion, MethodTraits, Pace, SecretNeed, Setting,
};
use crate::gateway::incoming::IncomingRequest;
use crate::gateway::opening::{OpenReply, OpenRequest};
use crate::gateway::reading::{JsonBody, encoded, shown};
use crate::gateway::{CloseReply, Gateway, LookupKey};
use crate::http::message::{HttpRequest, HttpResponse};

pub(crate) static DESCRIPTOR: GatewayDescriptor = GatewayDescriptor {
    word: "paper",
    settings: &[
        Setting::required("merchant", "merchant = \"M1\"", |text| {
            text.starts_with('M')
                .then_some(())
                .ok_or("must begin with M")
        }),
        Setting::secret("private_key", "PAPER_PRIVATE_KEY", SecretNeed::Required),
        Setting::secret(
            "callback_token",
            "PAPER_CALLBACK_TOKEN",
            SecretNeed::Optional,
        ),
        Setting::address(API_URL, |_| "https://api.example.com"),
    ],
    from_variables: |_| Ok(None),
    key_marks: &["paper-key-"],
    doubts: |_| Vec::new(),
    init: InitForm {
        options: &[],
        question: InitQuestion {
            prompt: "Paper account",
            usual: "none",
            check: |_| Ok(()),
        },
        keys: &[],
        section: |_| String::new(),
        simulated: |_, _| String::new(),
        simulated_keys: &[],
    },
    pace: Pace {
        requests_per_minute: 50,
        ..Pace::FREE
    },
    versions: ApiVersions::ONE,
    method: |_| MethodTraits {
        lifetime: (Duration::from_secs(60), Duration::from_secs(24 * 60 * 60)),
        reusable_page: false,
        reversible: false,
        refundable: false,
    },
    accepts_reference: |_| Ok(()),
    adapter: |name, settings, secrets| {
        Arc::new(PaperGateway {
            name,
            settings: settings.clone(),
            key: secrets.required("private_key"),
        })
    },
};

struct PaperGateway {
    name: GatewayName,
    settings: GatewaySettings,
    key: SecretString,
}

impl PaperGateway {
    /// The paid invoice of this reference, otherwise the newest, which is the first.
    fn read(
        &self,
        payment: &Payment,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> Result<Observation, NoAnswerReason> {
        let invoices = JsonBody::list_of(answer)?;
        let reference = Some(payment.reference.as_str());
        if let Some(other) = invoices
            .iter()
            .map(|invoice| invoice.text("external_id"))
            .find(|id| id.as_deref() != reference)
        {
            return Err(NoAnswerReason::Foreign(shown(&other.unwrap_or_default())));
        }
        let is_paid = |invoice: &&JsonBody<'_>| invoice.word("status").as_deref() == Some("paid");
        let Some(invoice) = invoices.iter().find(is_paid).or(invoices.first()) else {
            return Ok(Observation::from_status(Reported::NotStarted, asked_at));
        };
        let word = invoice.text("status").unwrap_or_default();
        let said = match (word.as_str(), invoice.amount("paid_amount")) {
            ("PENDING", _) => Reported::Pending,
            ("PAID", Ok(Some(amount))) => Reported::Paid { amount },
            ("INACTIVE", _) => Reported::Closed,
            _ => Reported::Unrecognised { word: shown(&word) },
        };
        Ok(Observation {
            raw_status: Some(shown(&word)),
            ..Observation::from_status(said, asked_at)
        })
    }
}

impl Gateway for PaperGateway {
    fn name(&self) -> &GatewayName {
        &self.name
    }

    fn handles(&self, _: &Payment, _now: Instant, _grace: Duration) -> Vec<LookupKey> {
        vec![LookupKey::Reference]
    }

    fn ask_status(&self, payment: &Payment, _: LookupKey) -> HttpRequest {
        let (url, merchant) = (self.settings.text(API_URL), self.settings.text("merchant"));
        let reference = encoded(payment.reference.as_str());
        let url = format!("{url}/{merchant}/invoices?external_id={reference}");
        HttpRequest::get("GET /invoices", url).header("Authorization", self.key.expose_secret())
    }

    fn read_status(
        &self,
        payment: &Payment,
        _: LookupKey,
        asked_at: Instant,
        answer: &HttpResponse,
    ) -> Observation {
        self.read(payment, asked_at, answer)
            .unwrap_or_else(|silence| Observation::silence(silence, asked_at))
    }

    fn methods(&self) -> &'static [&'static str] {
        &["qris"]
    }

    fn accepts_reference(&self, _: &Reference) -> Result<(), String> {
        Ok(())
    }

    fn open(&self, _: &OpenRequest<'_>) -> Option<HttpRequest> {
        None
    }

    fn read_open(&self, _: &OpenRequest<'_>, _: Instant, answer: &HttpResponse) -> OpenReply {
        OpenReply::NoAnswer(NoAnswerReason::Wordless(answer.status))
    }

    fn read_notification(&self, _: &IncomingRequest<'_>) -> Notification {
        Notification::unreadable("there are none")
    }

    fn close(&self, _: &Payment) -> Option<HttpRequest> {
        None
    }

    fn read_close(&self, _: &Payment, answer: &HttpResponse) -> CloseReply {
        CloseReply::NoAnswer(NoAnswerReason::Wordless(answer.status))
    }
}
