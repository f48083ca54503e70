#pragma once

// One Playhead node, wired: log and store behind their seams, the pipeline between them, and the server in front. The
// only file that sees all parts; backends.h names the only one that knows which backends these are.

#include <prometheus/registry.h>

#include <memory>

#include "app/backends.h"
#include "app/config.h"
#include "apply/commit_sink.h"
#include "apply/committer.h"
#include "apply/flusher.h"
#include "apply/local_state.h"
#include "apply/reader.h"
#include "apply/recovery.h"
#include "base/clock.h"
#include "push/presence.h"
#include "server/api/acks.h"
#include "server/api/ops.h"
#include "server/api/read_call.h"
#include "server/api/services.h"
#include "server/http/server.h"

namespace playhead::app {

class Node {
 public:
  // Opens log and store and replays what the store lacks. Throws StartupError.
  Node(const Config& config, Backends backends, const Clock& clock);

  // Listens from here on. Throws StartupError when the address can't be bound.
  void start();
  std::uint16_t port() const { return server_->port(); }

  // Accepts nothing more, answers what has arrived, carries everything to the store and moves the checkpoint to the
  // end. False, with the reason logged, when the store refused: then the next start replays the log.
  bool stop();

 private:
  server::Router router();
  std::vector<server::api::Condition> conditions() const;
  std::vector<prometheus::MetricFamily> metrics() const;

  Config config_;
  const Clock& clock_;
  Backends backends_;
  apply::Stats stats_;
  apply::View view_;
  push::Presence presence_;
  apply::Applier applier_;
  apply::ApplyToView sink_;
  apply::Committer committer_;
  apply::Flusher flusher_;
  apply::Reader reader_;
  apply::LocalState state_;
  prometheus::Registry registry_;
  server::api::ReceiptClock receipts_;
  server::api::ApiOptions api_options_;
  server::api::Acks acks_;
  server::api::ReadCalls reads_;
  std::unique_ptr<server::Server> server_;
};

// Runs a node until SIGTERM or SIGINT. The exit status. `env` as of open_backends().
int serve(const Config& config, rocksdb::Env* env = nullptr);

}  // namespace playhead::app
