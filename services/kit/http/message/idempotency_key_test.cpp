#include "services/kit/http/message/idempotency_key.hpp"

#include <gtest/gtest.h>

namespace kit::http {
namespace {

Request with_key(const std::string& key) {
  Request request;
  request.headers.add("Idempotency-Key", key);
  return request;
}

TEST(IdempotencyKey, IsVisibleAscii) {
  EXPECT_EQ(idempotency_key(Request()), std::nullopt);
  EXPECT_EQ(idempotency_key(with_key("a-1")), "a-1");
  EXPECT_EQ(idempotency_key(with_key(std::string(255, 'k')))->size(), 255U);
  for (const std::string& bad :
       {std::string(), std::string(256, 'k'), std::string("a b"), std::string("\xc3\xa4")})
    EXPECT_THROW(idempotency_key(with_key(bad)), Problem);
}

}  // namespace
}  // namespace kit::http
