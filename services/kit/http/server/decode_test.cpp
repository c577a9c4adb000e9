#include "services/kit/http/server/decode.hpp"

#include <gtest/gtest.h>

namespace kit::http {
namespace {

RawRequest raw(std::string target, std::vector<std::pair<std::string, std::string>> headers = {}) {
  RawRequest request;
  request.method = "GET";
  request.target = std::move(target);
  for (auto& [name, value] : headers) request.headers.add(std::move(name), std::move(value));
  return request;
}

}  // namespace

TEST(Decode, DecodesPathAndQuery) {
  const auto request = decode(raw("/a%20b?x=%C3%A9&x=2"), "10.0.0.1");
  EXPECT_EQ(request.path, "/a b");
  EXPECT_EQ(request.query_value("x"), "\u00e9");
  EXPECT_EQ(request.query.size(), 2u);
}

TEST(Decode, RejectsInvalidText) {
  for (const char* target : {"/%", "/%00", "/%ff", "/?a=%zz", "/?%ff=1"})
    EXPECT_THROW(decode(raw(target), ""), Problem) << target;
}

TEST(Decode, UsesTheAddressAddedByOurProxy) {
  const auto address = [](std::string forwarded) {
    return decode(raw("/", {{"x-forwarded-for", std::move(forwarded)}}), "10.0.0.1").remote_address;
  };
  EXPECT_EQ(address("1.2.3.4, 5.6.7.8"), "5.6.7.8");
  EXPECT_EQ(address("::1"), "::1");
  EXPECT_EQ(address("unknown"), "10.0.0.1");
  EXPECT_EQ(decode(raw("/"), "10.0.0.1").remote_address, "10.0.0.1");
}

TEST(Decode, KeepsOnlyValidRequestIds) {
  EXPECT_EQ(request_id_of(raw("/", {{"X-Request-Id", "a.B_c-1"}}).headers), "a.B_c-1");
  for (const std::string& bad :
       {std::string(), std::string("a b"), std::string("a\"b"), std::string(129, 'a')}) {
    const auto id = request_id_of(raw("/", {{"X-Request-Id", bad}}).headers);
    EXPECT_NE(id, bad);
    EXPECT_FALSE(id.empty());
  }
}

}  // namespace kit::http
