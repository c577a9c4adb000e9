#include "services/kit/http/message/message.hpp"

#include <gtest/gtest.h>

namespace kit::http {
namespace {

Request with_body(std::string type, std::string body) {
  Request request;
  if (!type.empty()) request.headers.add("content-type", std::move(type));
  request.body = std::move(body);
  return request;
}

int status_of(const Request& request) {
  try {
    request.json();
    return 200;
  } catch (const Problem& problem) {
    return problem.status();
  }
}

}  // namespace

TEST(Headers, AreCaseInsensitive) {
  Headers headers;
  headers.add("X-A", "1");
  headers.add("x-a", "2");
  EXPECT_EQ(headers.get("X-a"), "1");
  EXPECT_EQ(headers.get("X-B"), std::nullopt);
  EXPECT_EQ(headers.joined("X-a"), "1,2");
  EXPECT_EQ(headers.joined("X-B"), "");
  headers.set("X-a", "3");
  ASSERT_EQ(headers.all().size(), 1u);
  EXPECT_EQ(headers.get("x-A"), "3");
}

TEST(Request, ReadsJsonOnlyWithAJsonContentType) {
  EXPECT_EQ(with_body("application/json; charset=utf-8", R"({"a":1})").json().at("a"), 1);
  EXPECT_EQ(status_of(with_body("application/merge-patch+json", "{}")), 200);
  EXPECT_EQ(status_of(with_body("APPLICATION/JSON", "{}")), 200);
  EXPECT_EQ(status_of(with_body("", "{}")), 415);
  EXPECT_EQ(status_of(with_body("text/plain", "{}")), 415);
  EXPECT_EQ(status_of(with_body("text/x+json", "{}")), 415);
  EXPECT_EQ(status_of(with_body("application/json", "{")), 400);
  EXPECT_EQ(status_of(with_body("application/json", "\"\xff\"")), 400);
}

TEST(Request, ReadsIdsFromThePath) {
  Request request;
  request.pattern = "/users/{id}";
  request.params = {{"id", "7"}};
  EXPECT_EQ(request.id(), 7);
  EXPECT_THROW(request.param("other"), std::logic_error);
  request.params = {{"id", "x"}};
  try {
    request.id();
    FAIL() << "an id that is no number was taken";
  } catch (const Problem& problem) {
    EXPECT_EQ(problem.status(), 400);
    ASSERT_EQ(problem.fields().size(), 1u);
    EXPECT_EQ(problem.fields()[0].field, "path.id");
  }
}

TEST(Response, OfAProblemHasItsHeadersAndBody) {
  const auto response = Response::problem(problem::overloaded(3));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.get("Retry-After"), "3");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
  EXPECT_EQ(nlohmann::json::parse(response.body).at("status"), 503);
}

TEST(Response, ReplacesInvalidUtf8InJson) {
  EXPECT_TRUE(nlohmann::json::parse(Response::json({{"a", "\xff"}}).body).is_object());
}

TEST(Method, NamesAreCaseSensitive) {
  EXPECT_EQ(parse_method("DELETE"), Method::Delete);
  EXPECT_EQ(parse_method("delete"), std::nullopt);
  EXPECT_EQ(to_string(Method::Patch), "PATCH");
}

}  // namespace kit::http
