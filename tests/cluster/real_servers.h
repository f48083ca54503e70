#pragma once

// Real servers for one test program, by a tool of tools/cluster: started before its first test, gone with the program
// however it ends. Tests keep apart by topics and keyspaces of their own.

#include <sys/types.h>

#include <string>
#include <vector>

#include "support/temp_dir.h"

namespace playhead::test {

class RealServers {
 public:
  // `tool` is a file of tools/cluster, `arguments` what its `hold` takes. Returns when all take connections; throws
  // when one doesn't, after the tool has said why.
  RealServers(const std::string& tool, const std::vector<std::string>& arguments);
  ~RealServers();
  RealServers(const RealServers&) = delete;
  RealServers& operator=(const RealServers&) = delete;

  // "127.0.0.1:40123", one a server.
  const std::vector<std::string>& addresses() const { return addresses_; }
  // Of "node1", …; each returns when it is done: start() when the server takes connections again. They throw when the
  // tool fails.
  void kill(const std::string& node) { tell("kill", node); }
  void start(const std::string& node) { tell("start", node); }
  void pause(const std::string& node) { tell("pause", node); }
  void resume(const std::string& node) { tell("resume", node); }
  void tell(const std::string& command, const std::string& node);

 private:
  std::string tool_;
  TempDir dir_;
  pid_t holder_ = -1;  // the tool, which ends the servers when its standard input ends
  int holder_stdin_ = -1;
  std::vector<std::string> addresses_;
};

// Has the program start these before its first test. Where they can't run, nothing is tested, which CI must not take
// for good. Once a program; returns true, so that a constant can call it.
bool want_servers(const std::string& tool, std::vector<std::string> arguments);

// Those of this program, once a test runs.
RealServers& servers();

}  // namespace playhead::test
