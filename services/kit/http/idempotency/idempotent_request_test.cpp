#include "services/kit/http/idempotency/idempotent_request.hpp"

#include <gtest/gtest.h>

namespace kit::http {
namespace {

Request with_key(const std::string& key) {
  Request request;
  request.headers.add("Idempotency-Key", key);
  return request;
}

TEST(IdempotencyKey, MustBeVisibleAscii) {
  EXPECT_EQ(idempotency_key(Request()), std::nullopt);
  EXPECT_EQ(idempotency_key(with_key("a-1")), "a-1");
  EXPECT_EQ(idempotency_key(with_key(std::string(255, 'k')))->size(), 255U);
  for (const std::string& bad :
       {std::string(), std::string(256, 'k'), std::string("a b"), std::string("\xc3\xa4")})
    EXPECT_THROW(idempotency_key(with_key(bad)), Problem);
}

TEST(IdempotencyKey, WithAMeaningIsTheCallersOwn) {
  auto request = with_key("a-1");
  EXPECT_EQ(idempotency_key(request, "x")->scope, "anonymous");
  request.principal = identity::Principal{UserId{7}, {}, {}, {}, 0};
  const auto key = idempotency_key(request, "POST /orders");
  EXPECT_EQ(key->scope, "user/7");
  EXPECT_EQ(key->key, "a-1");
  EXPECT_EQ(key->request, "POST /orders");
  EXPECT_EQ(idempotency_key(Request(), "x"), std::nullopt);
}

TEST(ResponseOf, HasTheStoredStatusBodyAndLocation) {
  const auto response = response_of({201, "{}", "/orders/1"});
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "{}");
  EXPECT_EQ(response.headers.get("Location"), "/orders/1");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
  EXPECT_FALSE(response_of({}).headers.get("Location"));
}

}  // namespace
}  // namespace kit::http
