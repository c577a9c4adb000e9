#include "services/kit/curl/http_client.hpp"

#include "services/kit/http/testing/wire_client.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace kit::curl {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

http::Router routes() {
  http::Router router;
  const auto echo = [](const http::Request& request) {
    return http::Response::text(std::string(request.headers.get("X-Test").value_or("")) + request.body);
  };
  router.get("/echo", echo).post("/echo", echo);
  router.get("/moved", [](const http::Request&) {
    http::Response response;
    response.status = 302;
    response.headers.set("Location", "/echo");
    return response;
  });
  router.get("/long", [](const http::Request&) {
    return http::Response::text(std::string(HttpClient::MAX_RESPONSE + 1, 'x'));
  });
  router.get("/slow", [](const http::Request&) {
    std::this_thread::sleep_for(seconds(1));
    return http::Response::text("late");
  });
  return router;
}

class HttpClientTest : public ::testing::Test {
 protected:
  HttpResponse get(const std::string& path, milliseconds time = seconds(10)) const {
    return client.send({url + path, {"X-Test: 1"}}, Deadline::in(time));
  }
  Error::Kind failure(const std::string& target, milliseconds time) const {
    try {
      client.send({target}, Deadline::in(time));
    } catch (const Error& error) {
      return error.kind();
    }
    ADD_FAILURE() << "it succeeded";
    return Error::Kind::Failed;
  }

  http::testing::Running running{routes()};
  const std::string url = "http://127.0.0.1:" + std::to_string(running.server.port());
  const HttpClient client{{.protocols = "http,https"}};
};

TEST_F(HttpClientTest, SendsHeadersAndBodyOverOneConnection) {
  EXPECT_EQ(get("/echo").connections_opened, 1);
  const auto posted = client.send({url + "/echo", {"X-Test: 2"}, "body"}, Deadline::in(seconds(10)));
  EXPECT_EQ(posted.status, 200);
  EXPECT_EQ(posted.body, "2body");
  EXPECT_EQ(posted.connections_opened, 0);
  const auto again = get("/echo");
  EXPECT_EQ(again.body, "1") << "nothing is left of the request before";
  EXPECT_EQ(again.connections_opened, 0);
}

TEST_F(HttpClientTest, ReturnsAnyStatusAndFollowsNoRedirect) {
  EXPECT_EQ(get("/moved").status, 302);
  EXPECT_EQ(get("/nowhere").status, 404);
}

TEST_F(HttpClientTest, SaysHowItFailed) {
  EXPECT_EQ(failure("http://127.0.0.1:1/", seconds(10)), Error::Kind::Unreachable);
  EXPECT_EQ(failure(url + "/slow", milliseconds(100)), Error::Kind::TimedOut);
  EXPECT_EQ(failure(url + "/slow", milliseconds(0)), Error::Kind::Unreachable) << "nothing was sent";
  EXPECT_EQ(failure(url + "/long", seconds(10)), Error::Kind::Failed);
  EXPECT_EQ(failure("ftp://127.0.0.1/", seconds(10)), Error::Kind::Failed);
  EXPECT_EQ(get("/echo").status, 200);
}

}  // namespace
}  // namespace kit::curl
