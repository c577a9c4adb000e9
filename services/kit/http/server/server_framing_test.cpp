#include "services/kit/http/testing/wire_client.hpp"

#include <atomic>

#include <gtest/gtest.h>

// Defects 9, 10 and 12: what cannot be read for certain is refused, and nothing that follows it on the
// connection is run. What is refused with which status is tested in ../wire/request_reader_test.cpp.
namespace kit::http {
namespace {

using testing::get;
using testing::post;
using testing::Running;
using testing::Wire;

class Framing : public ::testing::Test {
 protected:
  Router routes() {
    Router router;
    const auto count = [this](const Request& request) {
      ++runs_;
      return Response::text(request.body);
    };
    router.get("/run", count, Lane::Direct).post("/run", count).get("/item/{id}", count, Lane::Direct);
    router.add({Method::Post, "/import", count, Lane::Work, 1'000'000});
    return router;
  }

  /// Sends `bad` with a second request hidden behind it: only `bad` may be answered, and the connection must
  /// end.
  void refused(std::string_view bad, int status) {
    Wire wire(running_.port);
    wire.send(std::string(bad) + get("/run"));
    const auto answer = wire.answer();
    EXPECT_EQ(answer.status, status) << bad;
    EXPECT_EQ(answer.headers.get("Connection"), "close") << bad;
    EXPECT_TRUE(answer.headers.get("X-Request-Id")) << bad;
    EXPECT_EQ(answer.headers.get("Content-Type"), "application/problem+json");
    EXPECT_TRUE(wire.closed()) << bad;
    EXPECT_EQ(runs_, 0) << "a smuggled request was run after " << bad;
  }

  std::atomic<int> runs_{0};
  Running running_{routes()};
};

}  // namespace

TEST_F(Framing, RunsNothingAfterARequestThatCannotBeRead) {
  const std::string start = "POST /run HTTP/1.1\r\nHost: x\r\n";
  refused(start + "Content-Length: -1\r\n\r\n", 400);
  refused(start + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
  refused(start + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400);
  refused("GET / HTTP/1.1\nHost: a\n\n", 400);
  refused("\x16\x03\x01\x02 TLS\n", 400);
  refused("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505);
  refused(get("/run", "A: " + std::string(40'000, 'a') + "\r\n"), 431);
  refused(get("/" + std::string(10'000, 'a')), 414);
  refused(start + "Expect: 100-continue\r\nContent-Length: 100000\r\n\r\n", 413);
  // With the body on the wire already: it must not be read as requests, nor may the answer be lost to a
  // reset.
  std::string inside;
  while (inside.size() < 200'000) inside += get("/run");
  refused(start + "Content-Length: 200000\r\n\r\n" + inside, 413);
}

TEST_F(Framing, ReadsARequestInThousandsOfPieces) {
  Wire wire(running_.port);
  const std::string request =
      post("/run", std::string(20'000, 'b'), "A: " + std::string(20'000, 'a') + "\r\n");
  for (std::size_t at = 0; at < request.size(); at += 16)
    ASSERT_TRUE(wire.send(std::string_view(request).substr(at, 16)));
  EXPECT_EQ(wire.answer().body.size(), 20'000u);
}

TEST_F(Framing, AllowsARouteMoreThanTheUsualSize) {
  EXPECT_EQ(running_.status(post("/import", std::string(900'000, 'x'))), 200);
  EXPECT_EQ(running_.status(post("/import", std::string(1'000'001, 'x'))), 413);
}

TEST_F(Framing, KeepsTheConnectionAfterMalformedEscapes) {
  Wire wire(running_.port);
  for (const char* target : {"/item/%zz", "/item/%00", "/item/%ff", "/item/%", "/run?a=%zz", "/run?%ff=1"})
    EXPECT_EQ(wire.ask(get(target)).status, 400) << target;
  EXPECT_EQ(runs_, 0);
  EXPECT_EQ(wire.ask(get("/item/%C3%A9")).status, 200);
}

TEST_F(Framing, AcceptsMalformedHeadersThatItDoesNotUse) {
  Wire wire(running_.port);
  for (const char* header :
       {"Cookie: ;=;;\r\n", "Cookie: a\r\n", "Cookie: \r\n", "Date: tomorrow\r\n", "Accept: /\r\n",
        "Content-Type: nonsense\r\n", "Authorization: \r\n", "Cache-Control: x=y=z\r\n"})
    EXPECT_EQ(wire.ask(get("/run", header)).status, 200) << header;
}

TEST_F(Framing, SendsContinueToAClientThatWaitsForIt) {
  Wire wire(running_.port);
  wire.send("POST /run HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(wire.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(wire.ask("abc").body, "abc");
}

}  // namespace kit::http
