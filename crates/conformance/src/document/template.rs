//! Path templates: `/channels/{channel_id}/messages`.

use std::cmp::Ordering;
use std::fmt;

/// A path whose segments are fixed or placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Fixed(String),
    Placeholder(String),
}

impl Template {
    /// Reads a template as the document writes it.
    pub fn parse(text: &str) -> Self {
        let segments = text.trim_start_matches('/').split('/').map(|segment| {
            match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => Segment::Placeholder(name.to_owned()),
                None => Segment::Fixed(segment.to_owned()),
            }
        });
        Self {
            text: text.to_owned(),
            segments: segments.collect(),
        }
    }

    /// Whether `path` is of this shape.
    pub fn fits(&self, path: &[String]) -> bool {
        self.segments.len() == path.len()
            && self
                .segments
                .iter()
                .zip(path)
                .all(|(segment, given)| match segment {
                    Segment::Fixed(fixed) => fixed == given,
                    Segment::Placeholder(_) => !given.is_empty(),
                })
    }

    /// What `path`, which fits, has in place of each placeholder.
    pub fn values<'a>(&'a self, path: &'a [String]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.segments
            .iter()
            .zip(path)
            .filter_map(|(segment, given)| match segment {
                Segment::Fixed(_) => None,
                Segment::Placeholder(name) => Some((name.as_str(), given.as_str())),
            })
    }

    /// Of two templates that fit a path, the greater one has a fixed segment where the other has a placeholder.
    pub fn cmp_precision(&self, other: &Self) -> Ordering {
        let fixed = |template: &Self| -> Vec<bool> {
            let segments = template.segments.iter();
            segments
                .map(|segment| matches!(segment, Segment::Fixed(_)))
                .collect()
        };
        fixed(self).cmp(&fixed(other))
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<String> {
        text.trim_start_matches('/')
            .split('/')
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn a_fixed_segment_is_more_precise_than_a_placeholder() {
        let (me, user) = (Template::parse("/users/@me"), Template::parse("/users/{user_id}"));
        assert!(me.fits(&path("/users/@me")) && user.fits(&path("/users/@me")));
        assert_eq!(me.cmp_precision(&user), Ordering::Greater);
    }

    #[test]
    fn a_path_of_another_length_does_not_fit() {
        let template = Template::parse("/channels/{channel_id}/messages");
        assert!(template.fits(&path("/channels/1/messages")));
        assert!(!template.fits(&path("/channels/1")));
        assert!(!template.fits(&path("/channels/1/messages/2")));
        assert!(!template.fits(&path("/channels//messages")));
    }
}
