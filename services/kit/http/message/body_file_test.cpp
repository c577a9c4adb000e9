#include "services/kit/http/message/body_file.hpp"

#include "services/kit/http/testing/wire_client.hpp"

#include <cstdlib>

namespace kit::http {
namespace {

using testing::Running;
using testing::Wire;

std::shared_ptr<std::atomic<int>> counter() { return std::make_shared<std::atomic<int>>(0); }

TEST(BodyFile, ReturnsWhatWasWritten) {
  const auto count = counter();
  {
    BodyFile file(count);
    EXPECT_EQ(*count, 1);
    EXPECT_TRUE(file.append("abc"));
    EXPECT_TRUE(file.append(std::string(100'000, 'x')));
    EXPECT_EQ(file.size(), 100'003U);
    EXPECT_EQ(file.read(1, 3), "bcx");
    EXPECT_EQ(file.read(100'000, 10).size(), 3U);
    EXPECT_EQ(file.read(200'000, 10), "");
  }
  EXPECT_EQ(*count, 0);
}

TEST(BodyFile, FallsBackToMemory) {
  setenv("TMPDIR", "/proc/nowhere", 1);
  BodyFile file(counter());
  unsetenv("TMPDIR");
  EXPECT_TRUE(file.append("abc"));
  EXPECT_EQ(file.read(0, 3), "abc");
}

/// A server whose POST /import takes up to 4 MB into a file, from those who say who they are.
class Spooled : public ::testing::Test {
 protected:
  static Router routes() {
    Router router;
    const auto import = [](const Request& request) {
      const auto& file = *request.body_file;
      return Response::text(std::to_string(file.size()) + " " + file.read(file.size() - 3, 3) + " " +
                            std::to_string(request.body.size()) + " " +
                            std::to_string(request.deadline.left() > std::chrono::seconds(30)));
    };
    router.add({.method = Method::Post,
                .pattern = "/import",
                .handler = import,
                .max_request_bytes = 4 * 1024 * 1024,
                .spool = true,
                .deadline = std::chrono::seconds(60)});
    router.post("/plain",
                [](const Request& request) { return Response::text(request.body_file ? "file" : "none"); });
    return router;
  }
  static void gate(Request& request, const Route& route) {
    if (route.pattern == "/import" && !request.headers.get("Authorization"))
      throw problem::unauthorized("Say who you are.");
  }
  static std::string head(std::string_view length, std::string_view more = "Authorization: me\r\n") {
    return "POST /import HTTP/1.1\r\nHost: test\r\n" + std::string(more) + std::string(length) + "\r\n\r\n";
  }

  const Running running{routes(), {.max_held_bytes = 1024 * 1024}, gate};
  Wire wire{running.port};
};

TEST_F(Spooled, ExceedsTheMemoryLimit) {
  const std::string body(3 * 1024 * 1024, 'x');
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(wire.ask(head("Content-Length: " + std::to_string(body.size())) + body).body,
              std::to_string(body.size()) + " xxx 0 1");
  EXPECT_EQ(wire.ask(testing::post("/plain", "x")).body, "none");
}

TEST_F(Spooled, AcceptsChunkedBodies) {
  std::string body = head("Transfer-Encoding: chunked");
  for (int i = 0; i < 30; ++i) body += "10000\r\n" + std::string(0x10000, 'y') + "\r\n";
  EXPECT_EQ(wire.ask(body + "3\r\nend\r\n0\r\n\r\n").body, "1966083 end 0 1");
}

TEST_F(Spooled, IsBounded) {
  EXPECT_EQ(wire.ask(head("Content-Length: 5000000")).status, 413);
  EXPECT_EQ(running.status(head("Transfer-Encoding: chunked") + "5000000\r\n"), 413);
}

TEST_F(Spooled, AuthorizesBeforeReadingTheBody) {
  const auto answer = wire.ask(head("Content-Length: 3000000", ""));
  EXPECT_EQ(answer.status, 401);
  EXPECT_TRUE(answer.headers.get("WWW-Authenticate"));
  EXPECT_TRUE(wire.closed());
}

TEST_F(Spooled, LimitsConcurrentBodies) {
  Wire second(running.port);
  for (Wire* one : {&wire, &second}) {
    // Asked for the rest, it has begun.
    ASSERT_TRUE(one->send(head("Content-Length: 1000", "Authorization: me\r\nExpect: 100-continue\r\n")));
    EXPECT_NE(one->until("\r\n\r\n").find("100 Continue"), std::string::npos);
  }
  const auto answer = running.ask(head("Content-Length: 1000") + "x");
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.headers.get("Retry-After"));
  EXPECT_EQ(wire.ask(std::string(1000, 'z')).status, 200);
}

}  // namespace
}  // namespace kit::http
