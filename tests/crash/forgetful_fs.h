#pragma once

// A file system for RocksDB that loses what a power cut loses: written bytes stay in this process's memory and reach
// the real file only when it is synced, so that kill -9 forgets exactly the unsynced ones. It also fails on request.
//
// A program is put on it by giving forgetful_env() to RocksDbLogOptions::env and RocksDbStoreOptions::env; nothing
// else changes. What it doesn't forget: that a file was created, renamed or deleted.

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace playhead::test {

// One file's bytes that are not on the disk yet.
struct UnsyncedFile {
  std::mutex mutex;
  std::uint64_t synced = 0;  // length of the real file
  std::string unsynced;      // what follows
  bool lost = false;         // a sync failed: nothing more reaches the disk, whatever later syncs say
  bool write_ahead_log = false;
};

// Any thread may call.
class ForgetfulFs final : public rocksdb::FileSystemWrapper {
 public:
  explicit ForgetfulFs(const std::shared_ptr<rocksdb::FileSystem>& target) : FileSystemWrapper(target) {}
  static const char* kClassName() { return "ForgetfulFs"; }
  const char* Name() const override { return kClassName(); }

  // Forgets all unsynced bytes and fails every change until power_on(), when whoever had files open must be gone.
  void power_cut();
  void power_on() { powered_ = true; }
  // While set, every sync fails, and as on a real system the kernel then drops the pages: they can still be read, a
  // later sync of the same file reports success, and they never reach the disk.
  void fail_syncs(bool on) { fail_syncs_ = on; }
  // While set, syncs of write-ahead logs report success and keep nothing: a disk that lies. All else is kept, so that
  // what is missing afterwards are acknowledged records and not the database.
  void ignore_syncs(bool on) { ignore_syncs_ = on; }
  // While set, writing stops half-way for want of space.
  void fill_disk(bool on) { full_ = on; }
  std::uint64_t syncs() const { return syncs_; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext*) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext*) override;
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext*) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext*) override;
  rocksdb::IOStatus GetFileSize(const std::string& path, const rocksdb::IOOptions& options, std::uint64_t* size,
                                rocksdb::IODebugContext*) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext*) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext*) override;
  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options, std::uint64_t* free,
                                 rocksdb::IODebugContext*) override;

  // For its files.
  rocksdb::IOStatus allowed() const;
  rocksdb::IOStatus append(UnsyncedFile& file, const rocksdb::Slice& data) const;
  rocksdb::IOStatus sync(UnsyncedFile& file, rocksdb::FSWritableFile& real);

 private:
  std::shared_ptr<UnsyncedFile> find(const std::string& path);
  rocksdb::IOStatus wrap(const std::string& path, std::uint64_t size, std::unique_ptr<rocksdb::FSWritableFile>* file);

  std::atomic<bool> powered_{true};
  std::atomic<bool> fail_syncs_{false};
  std::atomic<bool> ignore_syncs_{false};
  std::atomic<bool> full_{false};
  std::atomic<std::uint64_t> syncs_{0};
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<UnsyncedFile>> files_;
};

// An Env over one ForgetfulFs for the whole process, which is never freed.
rocksdb::Env* forgetful_env();

}  // namespace playhead::test
