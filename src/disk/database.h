#pragma once

// A RocksDB that can be opened anew while it is in use: what the embedded log and store do after a failed write.
//
// RocksDB refuses all writes after a failed one, and its own way back appends to the write-ahead log whose end is
// then unknown: a torn write stays in its middle, and after a failed fdatasync the kernel may have dropped pages that
// a later fdatasync reports as written. So nothing is written behind a failure: the database is closed and opened
// anew. Opening copies whatever the old write-ahead logs still hold into a table file with an fsync of its own and
// begins a new log; only then is anything acknowledged again. While that is not possible (the disk is still full),
// the old database, or the same one opened read-only, goes on answering reads.

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/error.h"

namespace playhead::disk {

struct DatabaseOptions {
  std::string path;
  rocksdb::DBOptions db;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;  // "default" first
  // Damage in a write-ahead log beyond a torn tail is refused (see wal_check.h) rather than left to RocksDB.
  bool refuse_damaged_wals = false;
  // After a failed write, opening anew is tried at most this often.
  std::chrono::milliseconds retry_every{200};
};

// Options that hold for both databases, for `path` in `env`.
rocksdb::DBOptions common_options(rocksdb::Env* env);

// Whether files in `folder`, which is created, can be written past the page cache: not in memory (tmpfs), for one.
bool direct_io_works(rocksdb::Env& env, const std::string& folder);

class Database {
 public:
  // The open database, which stays open for as long as this lives. Empty when it could not be opened at all.
  class Session {
   public:
    explicit operator bool() const { return database_->db_ != nullptr; }
    // False while it is only open for reading.
    bool writable() const { return database_->writable_; }
    rocksdb::DB* operator->() const { return database_->db_.get(); }
    rocksdb::ColumnFamilyHandle* family(std::size_t i) const { return database_->handles_[i]; }

   private:
    friend class Database;
    Session(const Database* database, std::shared_lock<std::shared_mutex> lock)
        : database_(database), lock_(std::move(lock)) {}
    const Database* database_;
    std::shared_lock<std::shared_mutex> lock_;
  };

  // Throws StartupError when the database can't be opened.
  explicit Database(DatabaseOptions options);
  ~Database();

  // Any thread. Waits while the database is opened anew.
  Session use() const;
  // Any thread. Nothing while the database is opened anew.
  std::optional<Session> try_use() const;

  // After a failed write: makes the database writable again, or says why not. Waits for sessions to end. Writer
  // thread, without a session of its own.
  rocksdb::Status recover();

 private:
  rocksdb::Status open(bool writable);
  void close();
  rocksdb::Status probe() const;

  DatabaseOptions options_;
  mutable std::shared_mutex mutex_;
  std::atomic<bool> reopening_{false};
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  bool writable_ = false;
  std::chrono::steady_clock::time_point next_attempt_;
  rocksdb::Status last_failure_;
};

// "<code_full>" when the disk is full, else "<code_other>", with RocksDB's own words in the sentence.
Error describe(const rocksdb::Status& status, std::string_view code_full, std::string_view code_other,
               std::string_view what_failed);

}  // namespace playhead::disk
