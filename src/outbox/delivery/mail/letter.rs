//! A mail that payctl itself writes to the operator: text and page, both complete.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Message;
use lettre::message::{Mailbox, MultiPart};

use super::post::{Mailer, with_ascii_domain};
use crate::clock::Clock;
use crate::domain::AttemptResult;

/// A mail for the operator.
pub struct Letter {
    /// `Rina <rina@example.com>`
    pub to: String,
    pub subject: String,
    pub text: String,
    /// The same as a page.
    pub page: String,
    /// What no other mail of the shop has.
    pub key: String,
}

impl Letter {
    /// Sends it once, within the time limit.
    pub async fn send(
        self,
        mailer: &Mailer,
        clock: &dyn Clock,
        timeout: Duration,
    ) -> AttemptResult {
        let message = match self.message(mailer, clock) {
            Ok(message) => message,
            Err(why) => return AttemptResult::Never(why.to_owned()),
        };
        match tokio::time::timeout(timeout, mailer.send(message)).await {
            Ok(delivery) => delivery,
            Err(_) => AttemptResult::Unknown("the mail server did not answer in time".to_owned()),
        }
    }

    fn message(self, mailer: &Mailer, clock: &dyn Clock) -> Result<Message, &'static str> {
        let to = self.to.trim().parse::<Mailbox>().ok();
        let to = to.and_then(with_ascii_domain);
        let to = to.ok_or("report.to is not an address such as Rina <rina@example.com>")?;
        let since_1970 = u64::try_from(clock.now().as_millis()).unwrap_or_default();
        let domain = mailer.from().email.domain();
        Message::builder()
            .from(mailer.from().clone())
            .to(to)
            .subject(self.subject)
            .message_id(Some(format!("<{}@{domain}>", self.key)))
            .date(UNIX_EPOCH + Duration::from_millis(since_1970))
            .multipart(MultiPart::alternative_plain_html(self.text, self.page))
            .map_err(|_| "could not compose the mail")
    }
}
