// The engine on real sockets. Deadlines go by a clock that the tests move, so that nothing here waits for
// time to pass.

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <set>
#include <thread>

#include "base/error.h"
#include "server_rig.h"

namespace playhead::server {
namespace {

using std::chrono::milliseconds;

const std::string kBigAnswers = "playhead_http_requests_total{class=\"2xx\",method=\"GET\",route=\"/big\"}";

Answer accepted(std::string body = "{}") {
  Response response;
  response.status = 202;
  response.body = std::move(body);
  return PreparedResponse(response);
}

TEST_F(ServerTest, KeepsAConnectionForManyRequests) {
  start();
  ClientSocket client(server->port());
  for (int i = 0; i < 10; ++i) {
    client.send(post("/echo", std::to_string(i)));
    const auto answers = client.receive(1);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].body, std::to_string(i));
  }
  EXPECT_GE(rounds, 10);
}

TEST_F(ServerTest, AnswersAPipelineInOrder) {
  start();
  ClientSocket client(server->port());
  std::string hundred;
  for (int i = 0; i < 100; ++i) hundred += post("/echo", std::to_string(i));
  client.send(hundred);
  const auto answers = client.receive(100);
  ASSERT_EQ(answers.size(), 100u);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(answers[i].body, std::to_string(i));
}

TEST_F(ServerTest, CompletesABatchFromAnotherThread) {
  start({}, 2);
  std::vector<std::unique_ptr<ClientSocket>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<ClientSocket>(server->port()));
    std::string five;
    for (int j = 0; j < 5; ++j) five += post("/later", "");
    clients.back()->send(five);
  }
  const auto tokens = wait_for_parked(100);
  ASSERT_EQ(tokens.size(), 100u);
  std::set<std::uint32_t> workers;
  for (const auto& token : tokens) workers.insert(token.worker);
  EXPECT_LE(*workers.rbegin(), 1u);
  clients.pop_back();  // nobody is left to hear these five
  std::thread([&] { server->complete(tokens, accepted()); }).join();
  for (const auto& client : clients) EXPECT_EQ(client->receive(5).size(), 5u);
}

TEST_F(ServerTest, CompletesEachWithItsOwnAnswer) {
  start();
  ClientSocket client(server->port());
  client.send(post("/later", "") + post("/later", ""));
  const auto tokens = wait_for_parked(2);
  ASSERT_EQ(tokens.size(), 2u);
  server->complete({{tokens[1], Problem{503, {"log-full", "The disk is full."}, 3}}, {tokens[0], accepted("first")}});
  const auto answers = client.receive(2);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].body, "first");
  EXPECT_EQ(answers[1].header("Retry-After"), "3");
}

TEST_F(ServerTest, RunsTasksOnTheWorkersThread) {
  start({}, 2);
  std::promise<std::thread::id> first;
  std::promise<std::thread::id> second;
  server->post(1, [&] { first.set_value(std::this_thread::get_id()); });
  server->post(1, [&] { second.set_value(std::this_thread::get_id()); });
  const auto id = first.get_future().get();
  EXPECT_EQ(id, second.get_future().get());
  EXPECT_NE(id, std::this_thread::get_id());
}

TEST_F(ServerTest, EndsASlowSender) {
  start();
  ClientSocket client(server->port());
  client.send(post("/later", "") + post("/echo", "hello").substr(0, 20));
  const auto tokens = wait_for_parked(1);
  server->complete(tokens, accepted());
  ASSERT_EQ(client.receive(1).size(), 1u);
  pass(milliseconds(10'000));
  const auto answers = client.receive(1);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 408u);
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTest, ClosesAnIdleConnection) {
  start();
  ClientSocket client(server->port());
  client.send(post("/echo", "hello"));
  ASSERT_EQ(client.receive(1).size(), 1u);
  pass(milliseconds(75'000));
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTest, RefusesAHugeBodySoThatThePeerHearsOfIt) {
  start();
  ClientSocket client(server->port());
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 20971520\r\n\r\n" + std::string(300'000, 'x'));
  const auto answers = client.receive(1);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 413u);
  EXPECT_TRUE(client.ended()) << "the sending side is shut down, not reset";
}

TEST_F(ServerTest, TurnsAwayWhoeverIsOneTooMany) {
  HttpOptions options;
  options.max_connections = 2;
  start(options);
  ClientSocket first(server->port());
  ClientSocket second(server->port());
  first.send(post("/echo", "1"));
  second.send(post("/echo", "2"));
  ASSERT_EQ(first.receive(1).size() + second.receive(1).size(), 2u);
  ClientSocket third(server->port());
  third.send(post("/echo", "3"));
  const auto answers = third.receive(1);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].status, 503u);
  EXPECT_EQ(answers[0].header("Retry-After"), "1");
  EXPECT_TRUE(third.ended());
  first.send(post("/echo", "again"));
  EXPECT_EQ(first.receive(1).size(), 1u);
}

TEST_F(ServerTest, StopsListeningToAPeerThatDoesNotRead) {
  start();
  ClientSocket slow(server->port(), 4096);
  std::string many;
  for (int i = 0; i < 100; ++i) many += get("/big");
  slow.send(many);
  ASSERT_TRUE(wait_for_metric(kBigAnswers, 1));
  ClientSocket other(server->port());
  other.send(post("/echo", "x"));
  ASSERT_EQ(other.receive(1).size(), 1u);
  server->drain(milliseconds(0));
  EXPECT_LE(metric(kBigAnswers), 20) << "a megabyte each; the kernel's buffers hold a few";
}

TEST_F(ServerTest, DropsAPeerThatDoesNotRead) {
  start();
  ClientSocket slow(server->port(), 4096);
  std::string many;
  for (int i = 0; i < 20; ++i) many += get("/big");
  slow.send(many);
  ASSERT_TRUE(wait_for_metric(kBigAnswers, 1));
  pass(milliseconds(30'000));
  ASSERT_TRUE(wait_for_metric("playhead_http_refused_total{reason=\"write-timeout\"}", 1));
  EXPECT_LT(slow.receive(20).size(), 20u);
}

TEST_F(ServerTest, DrainsWithoutLosingWhatIsOwed) {
  start({}, 2);
  ClientSocket idle(server->port());
  idle.send(post("/echo", "x"));
  ASSERT_EQ(idle.receive(1).size(), 1u);
  ClientSocket waiting(server->port());
  waiting.send(post("/later", ""));
  const auto tokens = wait_for_parked(1);
  bool in_order = false;
  std::thread drain([&] { in_order = server->drain(std::chrono::seconds(20)); });
  EXPECT_TRUE(idle.ended());
  server->complete(tokens, accepted("late"));
  const auto answers = waiting.receive(1);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].body, "late");
  EXPECT_TRUE(answers[0].has("Connection: close"));
  EXPECT_TRUE(waiting.ended());
  drain.join();
  EXPECT_TRUE(in_order);
  EXPECT_FALSE(ClientSocket(server->port()).connected());
  server->complete(tokens, accepted());
}

TEST_F(ServerTest, CutsWhatDoesNotEndInTime) {
  start();
  ClientSocket waiting(server->port());
  waiting.send(post("/later", ""));
  const auto tokens = wait_for_parked(1);
  EXPECT_FALSE(server->drain(milliseconds(1)));
  EXPECT_TRUE(waiting.receive(1).empty());
  server->complete(tokens, accepted());
}

TEST_F(ServerTest, RefusesAnAddressThatIsTaken) {
  start({}, 2);
  for (const unsigned workers : {1u, 2u}) {
    ServerOptions options;
    options.port = server->port();
    options.workers = workers;
    prometheus::Registry other_registry;
    Server other(options, Router(table()), clock, other_registry);
    EXPECT_THROW(other.start(), StartupError) << workers;
    options.address = "localhost";
    Server named(options, Router(table()), clock, other_registry);
    EXPECT_THROW(named.start(), StartupError);
  }
}

TEST_F(ServerTest, CountsInTheRegistry) {
  start();
  {
    ClientSocket client(server->port());
    client.send(post("/echo", "x") + get("/nowhere") + "BAD\r\n\r\n");
    ASSERT_EQ(client.receive(3).size(), 3u);
  }
  server->drain(std::chrono::seconds(20));
  const std::string requests = "playhead_http_requests_total";
  EXPECT_EQ(metric(requests + "{class=\"2xx\",method=\"POST\",route=\"/echo\"}"), 1);
  EXPECT_EQ(metric(requests + "{class=\"4xx\",method=\"none\",route=\"none\"}"), 2);
  EXPECT_EQ(metric("playhead_http_request_seconds_count{method=\"POST\",route=\"/echo\"}"), 1);
  EXPECT_EQ(metric("playhead_http_refused_total{reason=\"bad-request\"}"), 1);
  EXPECT_EQ(metric("playhead_http_connections_total"), 1);
  EXPECT_EQ(metric("playhead_http_connections"), 0);
}

}  // namespace
}  // namespace playhead::server
