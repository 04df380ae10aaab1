//! How much of each sample goes into one of another size.

use std::ops::Range;

/// The weights of a row or column of samples: bicubic ones (Keys, "Cubic convolution interpolation for digital image
/// processing", 1981, a = -1/2), made wider where there are to be fewer samples.
pub(super) struct Weights {
    /// By output: where its samples begin, and its weights do.
    starts: Vec<(usize, usize)>,
    /// As fractions of [`ONE`]; those of an output come to it exactly, so that plain areas stay as they are.
    weights: Vec<i16>,
}

/// What all samples together weigh. The largest single weight is little more than this.
const ONE: i16 = 1 << 14;

impl Weights {
    /// Weights that make `output` samples of those from `from` to `from + len`, out of `samples` that there are.
    pub(super) fn new(from: f64, len: f64, samples: usize, output: usize) -> Self {
        let step = len / output as f64;
        let stretch = step.max(1.0);
        let mut this = Self {
            starts: Vec::with_capacity(output),
            weights: Vec::with_capacity(output * (4.0 * stretch + 2.0) as usize),
        };
        let mut exact = Vec::new();
        for index in 0..output {
            let centre = from + (index as f64 + 0.5) * step;
            let first = ((centre - 2.0 * stretch).floor().max(0.0) as usize).min(samples - 1);
            let end = ((centre + 2.0 * stretch).ceil() as usize).clamp(first + 1, samples);
            exact.clear();
            exact.extend((first..end).map(|at| bicubic((at as f64 + 0.5 - centre) / stretch)));
            this.push(first, &exact);
        }
        this
    }

    fn push(&mut self, first: usize, exact: &[f64]) {
        let share = f64::from(ONE) / exact.iter().sum::<f64>();
        let begin = self.weights.len();
        self.weights
            .extend(exact.iter().map(|weight| nearest(weight * share)));
        let ours = &mut self.weights[begin..];
        let missing = ONE - ours.iter().sum::<i16>();
        *ours.iter_mut().max().expect("at least one sample is near") += missing;
        // Most outputs need no more than half of the samples that might have been near.
        while self.weights.last() == Some(&0) {
            self.weights.pop();
        }
        let zeros = self.weights[begin..]
            .iter()
            .take_while(|&&weight| weight == 0)
            .count();
        self.weights.drain(begin..begin + zeros);
        self.starts.push((first + zeros, begin));
    }

    /// How many outputs there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// Where the samples of an output begin, and their weights.
    #[inline(always)]
    pub(super) fn of(&self, output: usize) -> (usize, &[i16]) {
        let (start, begin) = self.starts[output];
        let end = self
            .starts
            .get(output + 1)
            .map_or(self.weights.len(), |next| next.1);
        (start, &self.weights[begin..end])
    }

    /// The samples that go into any output.
    pub(super) fn seen(&self) -> Range<usize> {
        let all = (0..self.len()).map(|output| {
            let (start, weights) = self.of(output);
            start..start + weights.len()
        });
        all.reduce(|seen, own| seen.start.min(own.start)..seen.end.max(own.end))
            .unwrap_or_default()
    }
}

/// As `f64::round`, which on older instruction sets is a call for each weight.
fn nearest(value: f64) -> i16 {
    (value + 0.5_f64.copysign(value)) as i16
}

fn bicubic(distance: f64) -> f64 {
    let x = distance.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_size_is_a_copy() {
        let weights = Weights::new(3.0, 10.0, 20, 10);
        for output in 0..10 {
            assert_eq!(weights.of(output), (3 + output, &[ONE][..]));
        }
        assert_eq!(weights.seen(), 3..13);
    }

    #[test]
    fn weights_come_to_one_and_stay_within_the_samples() {
        for (from, len, samples, output) in [
            (0.0, 1.0, 1, 1),
            (0.0, 1.0, 1, 100),
            (0.25, 0.5, 1, 7),
            (0.0, 600.0, 600, 1024),
            (12.5, 1175.0, 1200, 1024),
            (0.0, 512.0, 512, 1),
            (0.0, 511.5, 512, 16),
            (100.0, 412.0, 512, 3),
        ] {
            let weights = Weights::new(from, len, samples, output);
            assert_eq!(weights.len(), output);
            for index in 0..output {
                let (start, own) = weights.of(index);
                assert_eq!(
                    own.iter().map(|&weight| i32::from(weight)).sum::<i32>(),
                    i32::from(ONE)
                );
                assert!(start + own.len() <= samples);
            }
        }
    }
}
