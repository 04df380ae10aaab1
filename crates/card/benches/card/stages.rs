//! What the parts of our own card cost, by what it costs more or less when one of them is there or not.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use card::{Painter, WelcomeCard};

use crate::figures::{cpu_time, median};
use crate::inputs::AVATARS;
use crate::ours::{background, card, draw, format, without_text};

const CARDS_A_ROUND: u32 = 50;

/// CPU ms of a part.
pub(crate) struct Stage {
    pub(crate) name: String,
    pub(crate) ms: f64,
}

/// A job and the CPU ms that it took in each round.
struct Job<'a> {
    run: Box<dyn FnMut() + 'a>,
    rounds_ms: Vec<f64>,
}

impl<'a> Job<'a> {
    fn new(run: impl FnMut() + 'a) -> Self {
        Self {
            run: Box::new(run),
            rounds_ms: Vec::new(),
        }
    }

    fn drawing(format_name: &str, card: WelcomeCard) -> Self {
        let mut painter = Painter::with_format(format(format_name));
        Self::new(move || {
            black_box(draw(&mut painter, black_box(&card)));
        })
    }
}

pub(crate) fn measure(inputs: &Path, rounds: usize) -> Vec<Stage> {
    let read = |name: &str| fs::read(inputs.join(name)).expect("the inputs were written");
    let picture = read("background.jpg");
    let prepared = background(&picture);
    let dot = card(prepared.clone(), read("dot.png"));
    let mut jobs = vec![
        Job::drawing("jpeg", dot.clone()),
        Job::drawing("png", dot.clone()),
        Job::drawing("jpeg", without_text(&dot)),
        Job::new(|| {
            black_box(background(black_box(&picture)));
        }),
    ];
    jobs.extend(AVATARS.map(|name| Job::drawing("jpeg", card(prepared.clone(), read(name)))));
    for job in &mut jobs {
        (job.run)();
    }
    for _ in 0..rounds {
        for job in &mut jobs {
            let began = cpu_time();
            for _ in 0..CARDS_A_ROUND {
                (job.run)();
            }
            job.rounds_ms
                .push((cpu_time() - began).as_secs_f64() * 1e3 / f64::from(CARDS_A_ROUND));
        }
    }
    let mut medians = jobs.into_iter().map(|job| median(job.rounds_ms));
    let mut next = || medians.next().expect("one for each job");
    let [jpeg, png, textless, prepare] = [next(), next(), next(), next()];
    let mut stages: Vec<Stage> = AVATARS
        .iter()
        .map(|name| Stage {
            name: format!("decode and fit `{name}` of 256 px, beyond one of 1 px"),
            ms: next() - jpeg,
        })
        .collect();
    stages.extend([
        Stage {
            name: "shape and draw four lines of text, encode what they changed (JPEG)".to_owned(),
            ms: jpeg - textless,
        },
        Stage {
            name: "all the rest: copy the background, disc, encode (JPEG)".to_owned(),
            ms: textless,
        },
        Stage {
            name: "PNG instead of JPEG".to_owned(),
            ms: png - jpeg,
        },
        Stage {
            name: "prepare a background from a JPEG of 1920 x 1080".to_owned(),
            ms: prepare,
        },
    ]);
    stages
}
