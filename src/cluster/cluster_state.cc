#include "cluster/cluster_state.h"

#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "apply/merged_rows.h"
#include "cluster/peer_events.h"
#include "cluster/peer_messages.h"

namespace playhead::cluster {

ClusterState::ClusterState(Ownership& ownership, const OwnerDirectory& directory, link::Peers& peers,
                           const log::HeartbeatLog& log, store::PositionStore& store, const apply::View* spooled,
                           ClusterStats& stats, const ReadOptions& options)
    : ownership_(ownership),
      directory_(directory),
      peers_(peers),
      log_(log),
      store_(store),
      spooled_(spooled),
      stats_(stats),
      options_(options) {}

ClusterState::~ClusterState() {
  while (on_their_way_.use_count() > 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void ClusterState::read(store::Query query, RowsDone done) {
  done = finish(query, std::move(done));
  const auto partition = log_.partition_of(query.user);
  if (const auto owned = ownership_.find(partition)) {
    ClusterStats::add(stats_.reads_here);
    return owned->read(std::move(query), std::move(done));
  }
  if (const auto address = directory_.address_of(partition)) {
    return read_there(*address, std::move(query), std::move(done));
  }
  no_owner();
  read_store(std::move(query), std::move(done));
}

ClusterState::RowsDone ClusterState::finish(const store::Query& query, RowsDone done) {
  // Copied before the owner and the store are asked: what is carried from the spool to them meanwhile is not missed.
  auto spooled = spooled_ != nullptr && spooled_->rows() > 0 ? spooled_->copy(query) : store::Rows();
  return [this, spooled = std::move(spooled), done = std::move(done),
          share = on_their_way_](Result<apply::UserRows> rows) mutable {
    if (rows && rows->stale()) ClusterStats::add(stats_.reads_stale);
    if (!rows || spooled.empty()) return done(std::move(rows));
    const bool stale = rows->stale();
    done(apply::UserRows(apply::merged_rows(std::move(*rows).take(), spooled), stale));
  };
}

void ClusterState::read_there(const std::string& address, store::Query query, RowsDone done) {
  ClusterStats::add(stats_.reads_forwarded);
  auto message = encode_query(query);
  peers_.call(address, kReadRows, std::move(message), options_.owner,
              [this, query = std::move(query), done = std::move(done)](Result<std::string> answer) mutable {
                if (answer) {
                  if (auto rows = decode_rows(*answer)) {
                    return done(apply::UserRows(std::move(rows->rows), rows->stale));
                  }
                }
                no_owner();
                read_store(std::move(query), std::move(done));
              });
}

void ClusterState::read_store(store::Query query, RowsDone done) {
  ClusterStats::add(stats_.reads_fallen_back);
  store_.read(std::move(query), [done = std::move(done)](Result<store::Rows> rows) mutable {
    if (!rows) return done(std::unexpected(std::move(rows.error())));
    done(apply::UserRows(std::move(*rows), true));
  });
}

void ClusterState::no_owner() {
  if (on_no_owner) on_no_owner();
}

void ClusterState::sessions(std::string user, SessionsDone finish) {
  SessionsDone done = [finish = std::move(finish), share = on_their_way_](Result<apply::UserSessions> found) mutable {
    finish(std::move(found));
  };
  const auto partition = log_.partition_of(user);
  if (const auto owned = ownership_.find(partition)) return owned->sessions(std::move(user), std::move(done));
  const auto address = directory_.address_of(partition);
  if (!address) {
    no_owner();
    // Presence is nowhere but with the owner.
    return done(apply::UserSessions{.sessions = {}, .stale = true});
  }
  ClusterStats::add(stats_.reads_forwarded);
  peers_.call(*address, kReadSessions, std::move(user), options_.owner,
              [this, done = std::move(done)](Result<std::string> answer) mutable {
                if (answer) {
                  if (auto sessions = decode_sessions(*answer)) return done(std::move(*sessions));
                }
                no_owner();
                done(apply::UserSessions{.sessions = {}, .stale = true});
              });
}

apply::Watching ClusterState::watching_here(const std::string& show, const std::string& episode) const {
  apply::Watching sum;
  for (const auto& partition : ownership_.all()) {
    const auto& counts = partition->presence().watching();
    sum.sessions += episode.empty() ? counts.of_show(show)
                    : show.empty()  ? counts.of_episode(episode)
                                    : counts.of_episode(show, episode);
  }
  return sum;
}

void ClusterState::watching(const std::string& show, const std::string& episode, WatchingDone done) {
  struct Sum {
    std::mutex mutex;
    apply::Watching watching;
    std::size_t waiting;
    WatchingDone done;
    std::shared_ptr<const bool> share;
    void add(const Result<apply::Watching>& part) {
      {
        const std::lock_guard lock(mutex);
        watching.sessions += part ? part->sessions : 0;
        watching.stale = watching.stale || !part || part->stale;
        if (--waiting > 0) return;
      }
      done(watching);
    }
  };
  const auto peers = directory_.peers();
  auto sum = std::make_shared<Sum>();
  sum->waiting = peers.size() + 1;
  sum->done = std::move(done);
  sum->share = on_their_way_;
  for (const auto& peer : peers) {
    peers_.call(peer.address, kWatching, encode_watching_query({.show = show, .episode = episode}), options_.owner,
                [sum](const Result<std::string>& answer) {
                  if (!answer) return sum->add(std::unexpected(answer.error()));
                  sum->add(decode_watching(*answer));
                });
  }
  auto here = watching_here(show, episode);
  for (log::Partition partition = 0; partition < log_.partitions(); ++partition) {
    if (ownership_.find(partition) || directory_.address_of(partition)) continue;
    here.stale = true;
    no_owner();
    break;
  }
  sum->add(here);
}

void ClusterState::answer_watching(std::string_view payload, link::Responder responder) {
  const auto query = decode_watching_query(payload);
  if (!query) return responder.fail(query.error());
  responder.answer(encode_watching(watching_here(query->show, query->episode)));
}

void ClusterState::answer_peer(std::uint32_t kind, std::string payload, link::Responder responder) {
  if (kind == kWatching) return answer_watching(payload, std::move(responder));
  if (kind != kReadRows && kind != kReadSessions && kind != kFollow) return responder.fail_unknown_kind();
  auto query = kind == kReadRows ? decode_query(payload) : store::Query{.user = std::move(payload)};
  if (!query) return responder.fail(query.error());
  const auto partition = ownership_.find(log_.partition_of(query->user));
  if (!partition) return responder.fail({"not-owner", "Another node owns this user."});
  if (kind == kFollow) return on_follow(partition, std::move(query->user), std::move(responder));
  ClusterStats::add(stats_.reads_for_others);
  if (kind == kReadSessions) {
    return partition->sessions(std::move(query->user), [responder = std::move(responder), share = on_their_way_](
                                                           Result<apply::UserSessions> sessions) mutable {
      if (!sessions) return responder.fail(sessions.error());
      responder.answer(encode_sessions(*sessions));
    });
  }
  partition->read(std::move(*query),
                  [responder = std::move(responder), share = on_their_way_](Result<apply::UserRows> rows) mutable {
                    if (!rows) return responder.fail(rows.error());
                    responder.answer(encode_rows(*rows));
                  });
}

}  // namespace playhead::cluster
