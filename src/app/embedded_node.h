#pragma once

// The embedded program, wired: log and store in one folder, the pipeline between them, and the server in front.

#include <prometheus/metric_family.h>

#include <cstdint>
#include <vector>

#include "app/backends.h"
#include "app/config.h"
#include "app/front.h"
#include "app/node.h"
#include "apply/commit_sink.h"
#include "apply/committer.h"
#include "apply/flusher.h"
#include "apply/followed_state.h"
#include "apply/local_state.h"
#include "apply/reader.h"
#include "apply/recovery.h"
#include "base/clock.h"
#include "push/hub.h"
#include "push/presence.h"

namespace playhead::app {

class EmbeddedNode final : public Node {
 public:
  // Opens log and store and replays what the store lacks. Throws StartupError.
  EmbeddedNode(const Config& config, Backends backends, const Clock& clock);

  void start() override;
  std::uint16_t port() const override { return front_.port(); }
  // Accepts nothing more, answers what has arrived, carries everything to the store and moves the checkpoint to the
  // end. False, with the reason logged, when the store refused: then the next start replays the log.
  bool stop() override;

 private:
  std::vector<server::api::Condition> conditions() const;
  std::vector<prometheus::MetricFamily> metrics() const;

  const std::int64_t began_ms_;
  Backends backends_;
  apply::Stats stats_;
  apply::View view_;
  push::Presence presence_;
  apply::FollowedState followed_;
  push::Hub hub_;
  apply::Applier applier_;
  apply::ApplyToView sink_;
  apply::Committer committer_;
  apply::Flusher flusher_;
  apply::Reader reader_;
  apply::LocalState state_;
  Front front_;
  Ticker ticker_;
};

}  // namespace playhead::app
