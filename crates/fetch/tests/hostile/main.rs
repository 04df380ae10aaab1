//! What strangers try, over real sockets: every URL goes to a TLS server of the test's own, through the same checks as in
//! production.

mod answers;
mod names;
mod redirects;
mod urls;
mod world;
