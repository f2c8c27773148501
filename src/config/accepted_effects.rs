//! A fingerprint of what a configuration's effects do: two configurations with the same text do the same.

use std::path::Path;

use super::Config;
use super::effects::{EffectConfig, EffectTransport};

/// Words, each preceded by its length, so that no two lists of words give the same text.
#[derive(Default)]
struct FramedWords(String);

impl FramedWords {
    fn add(&mut self, word: &str) {
        self.0.push_str(&format!("{}:{word};", word.len()));
    }

    /// A file, resolved, so that different paths to it count as the same.
    fn add_file(&mut self, path: &Path) {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        self.add(&path.to_string_lossy());
    }
}

impl Config {
    /// The programs to run, the URLs to call, the mails to send and from whom, and when. It may contain a secret from a
    /// hook's URL.
    #[must_use]
    pub fn what_effects_do(&self) -> String {
        let mut words = FramedWords::default();
        for effect in &self.effects {
            add(&mut words, effect, &self.folder);
        }
        for alert in &self.alerts {
            words.add("alert");
            words.add(alert.name.as_str());
            words.add(alert.on.word());
            add_means(&mut words, &alert.means, &self.folder);
        }
        let means = self.effects.iter().map(|effect| &effect.means);
        let mut means = means.chain(self.alerts.iter().map(|alert| &alert.means));
        let mails = |means: &EffectTransport| matches!(means, EffectTransport::Mail { .. });
        if let Some(smtp) = &self.smtp
            && means.any(mails)
        {
            for word in [&smtp.host, &smtp.port.to_string(), &smtp.from] {
                words.add(word);
            }
        }
        words.0
    }
}

fn add(words: &mut FramedWords, effect: &EffectConfig, folder: &Path) {
    let hook = &effect.hook;
    words.add(hook.name.as_str());
    words.add(hook.occasion.word());
    words.add(&format!("{:?}", hook.repeatable));
    words.add(&hook.products.len().to_string());
    for product in &hook.products {
        words.add(product.as_str());
    }
    words.add(hook.kind.word());
    add_means(words, &effect.means, folder);
}

fn add_means(words: &mut FramedWords, means: &EffectTransport, folder: &Path) {
    match means {
        EffectTransport::Exec { program, arguments } => {
            words.add_file(program);
            // Programs run in this folder, and the same words do something else in another one.
            words.add_file(folder);
            words.add(&arguments.len().to_string());
            for argument in arguments {
                words.add(argument);
            }
        }
        EffectTransport::Http { url, secret } => {
            words.add(url.expose());
            words.add(&secret.to_string());
        }
        EffectTransport::Mail {
            to,
            subject,
            template,
            tickets,
        } => {
            words.add(to);
            words.add(subject.as_deref().unwrap_or_default());
            words.add_file(template);
            words.add(tickets.map_or("none", |picture| picture.word()));
        }
    }
}
