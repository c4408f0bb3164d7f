//! What many results say together: uptime, coverage, percentiles, health scores, and the rollups that keep them cheap.

mod days;
mod endpoint;
mod latest;
mod newest;
mod pack;
mod query;
mod recent;
mod rollup;
mod score;
mod segment;
mod sketch;
mod status;
mod timeline;

pub use days::{DAY, Day, Days, KEPT_DAYS};
pub use endpoint::{EndpointRollup, Streak, Stretch};
pub use latest::Latest;
pub use newest::Newest;
pub use query::{Filter, Selection, Tally, TallyRow, Targets};
pub use recent::{Recent, SLOT};
pub use rollup::{Intervals, Rollup};
pub use score::{Part, Parts, Signs};
pub use segment::{Checkpoint, Segment, SegmentId, Start, TailId, start};
pub use sketch::{Percentiles, Sketch};
pub use status::{Cell, ChannelPart, ChannelStatus, EndpointStatus, Known, OpenIncident, Silenced, Status, Windows};
pub use timeline::{Class, Span, Timeline, Totals};
