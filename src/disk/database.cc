#include "disk/database.h"

#include <rocksdb/listener.h>
#include <spdlog/spdlog.h>

#include <mutex>
#include <utility>

#include "disk/diary.h"
#include "disk/wal_check.h"

namespace playhead::disk {
namespace {

using rocksdb::Status;

// Written to see what the folder can do. RocksDB removes a .dbtmp that is left behind.
constexpr const char* kProbe = "/000000.dbtmp";

// Recovery is Database::recover()'s: RocksDB's own would write on into a log whose end is unknown.
class NoAutomaticRecovery final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, Status, bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

}  // namespace

rocksdb::DBOptions common_options(rocksdb::Env* env) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.listeners = {std::make_shared<NoAutomaticRecovery>()};
  options.max_bgerror_resume_count = 0;
  options.max_background_jobs = 2;
  options.max_open_files = -1;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  // Files carry no name of the machine.
  options.db_host_id.clear();
  return options;
}

bool direct_io_works(rocksdb::Env& env, const std::string& folder) {
  const auto path = folder + kProbe;
  rocksdb::EnvOptions direct;
  direct.use_direct_writes = true;
  std::unique_ptr<rocksdb::WritableFile> file;
  if (!env.CreateDirIfMissing(folder).ok() || !env.NewWritableFile(path, &file, direct).ok()) return false;
  const bool works = file->use_direct_io();
  file.reset();
  env.DeleteFile(path).PermitUncheckedError();
  return works;
}

Database::Database(DatabaseOptions options) : options_(std::move(options)) {
  options_.db.env->CreateDirIfMissing(options_.path).PermitUncheckedError();  // opening says what is wrong with it
  // Before anything is written: a folder that is refused stays as it is, however often the start is tried.
  if (options_.refuse_damaged_wals) {
    for (const auto& torn : refuse_damaged_wals(*options_.db.env, options_.path)) spdlog::warn("{}", torn);
  }
  options_.db.info_log = std::make_shared<Diary>(options_.path);
  if (const auto status = open(true); !status.ok()) {
    throw StartupError("cannot open " + options_.path + ": " + status.ToString() +
                       (status.IsNoSpace() ? ". Free disk space, then start again" : ""));
  }
}

Database::~Database() { close(); }

Status Database::open(bool writable) {
  rocksdb::DB* db = nullptr;
  handles_.clear();
  const auto status =
      writable ? rocksdb::DB::Open(options_.db, options_.path, options_.families, &handles_, &db)
               : rocksdb::DB::OpenForReadOnly(options_.db, options_.path, options_.families, &handles_, &db);
  db_.reset(db);
  writable_ = writable && status.ok();
  return status;
}

void Database::close() {
  if (!db_) return;
  for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  handles_.clear();
  // What can't be written any more was never promised; what was promised is found again when opening.
  db_->Close().PermitUncheckedError();
  db_.reset();
}

// Both ask `reopening_` first: a steady stream of readers would keep the one who opens anew waiting for the lock.
Database::Session Database::use() const {
  reopening_.wait(true);
  return {this, std::shared_lock(mutex_)};
}

std::optional<Database::Session> Database::try_use() const {
  if (reopening_) return {};
  std::shared_lock lock(mutex_, std::try_to_lock);
  if (!lock) return {};
  return Session{this, std::move(lock)};
}

// Whether there is any point in closing: opening needs room for what the write-ahead logs hold, once more.
Status Database::probe() const {
  constexpr std::uint64_t kRoomForTheRest = 1 << 20;
  auto& env = *options_.db.env;
  std::uint64_t needed = kRoomForTheRest, free = 0;
  for (const auto& path : wal_files(env, options_.path)) {
    std::uint64_t size = 0;
    if (env.GetFileSize(path, &size).ok()) needed += size;
  }
  if (env.GetFreeSpace(options_.path, &free).ok() && free < needed) {
    return Status::NoSpace(std::to_string(needed) + " bytes must be free in " + options_.path + " and " +
                           std::to_string(free) + " are");
  }
  const auto path = options_.path + kProbe;
  std::unique_ptr<rocksdb::WritableFile> file;
  try {
    if (options_.refuse_damaged_wals) refuse_damaged_wals(env, options_.path);
  } catch (const StartupError& damage) {
    return Status::Corruption(damage.what());
  }
  auto status = env.NewWritableFile(path, &file, rocksdb::EnvOptions());
  if (status.ok()) status = file->Append(std::string(4096, 'p'));
  if (status.ok()) status = file->Sync();
  file.reset();
  env.DeleteFile(path).PermitUncheckedError();
  return status;
}

Status Database::recover() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_attempt_) return last_failure_;
  next_attempt_ = now + options_.retry_every;
  last_failure_ = probe();
  if (!last_failure_.ok()) return last_failure_;
  reopening_ = true;
  {
    std::unique_lock lock(mutex_);
    close();
    last_failure_ = open(true);
    if (!last_failure_.ok()) open(false).PermitUncheckedError();
  }
  reopening_ = false;
  reopening_.notify_all();
  return last_failure_;
}

Error describe(const Status& status, std::string_view code_full, std::string_view code_other,
               std::string_view what_failed) {
  const auto because = std::string(what_failed) + ": " + status.ToString();
  if (status.IsNoSpace()) return {code_full, because + ". Free disk space; writing then goes on by itself."};
  return {code_other, because};
}

}  // namespace playhead::disk
