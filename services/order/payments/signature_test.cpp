#include "services/order/payments/signature.hpp"

#include <gtest/gtest.h>

namespace order::payments {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

const system_clock::time_point NOW{seconds(1'700'000'000)};
constexpr const char* SECRET = "whsec_test";
constexpr const char* BODY = R"({"id":"evt_1"})";

bool valid(const std::string& header, const std::string& secret = SECRET, const std::string& body = BODY) {
  return webhook_valid(header, body, secret, NOW);
}
std::string v1(const std::string& at = "1700000000", const std::string& secret = SECRET) {
  return "v1=" + webhook_signature(secret, at, BODY);
}

TEST(WebhookSignature, IsHmacSha256InHex) {
  // printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test
  EXPECT_EQ(webhook_signature(SECRET, "1700000000", BODY),
            "c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925");
}

TEST(WebhookSignature, AcceptsEverySecretDuringRotation) {
  EXPECT_TRUE(valid("t=1700000000," + v1()));
  EXPECT_TRUE(valid("t=1700000000, " + v1() + ",v0=abc"));
  EXPECT_TRUE(valid("t=1700000000,v1=00," + v1())) << "the provider rotates its secret";
  EXPECT_TRUE(valid("t=1700000000," + v1("1700000000", "old"), "new,old")) << "we rotate ours";
  EXPECT_TRUE(valid("t=1699999700," + v1("1699999700")));
  EXPECT_TRUE(valid("t=1700000300," + v1("1700000300")));
}

TEST(WebhookSignature, RefusesForgeriesAndOldEvents) {
  const std::string good = "t=1700000000," + v1();
  EXPECT_FALSE(valid(good, SECRET, R"({"id":"evt_2"})")) << "another body";
  EXPECT_FALSE(valid(good, "other"));
  EXPECT_FALSE(valid(good, "")) << "without a secret no webhook is valid";
  EXPECT_FALSE(valid("t=1700000000," + v1("1700000000", ""), ""))
      << "not even one signed with an empty secret";
  EXPECT_FALSE(valid("t=1700000000," + v1("1700000000", ""), "x,")) << "also beside another secret";
  EXPECT_FALSE(valid("t=1700000001," + v1())) << "another time";
  EXPECT_FALSE(valid("t=1699999699," + v1("1699999699"))) << "too old";
  EXPECT_FALSE(valid("t=1700000301," + v1("1700000301"))) << "from the future";
  for (const std::string& header : std::vector<std::string>{
           "", "t=1700000000", v1(), "t=," + v1(""), "t=x," + v1("x"),
           "t=99999999999999999999," + v1("99999999999999999999"), "t=-9223372036854775808," + v1(),
           "t=1700000000,t=1700000000," + v1(), "t=1700000000,v1=", "t=1700000000,v0" + v1().substr(2)})
    EXPECT_FALSE(valid(header)) << header;
  std::string many = "t=1700000000";
  for (int i = 0; i < 1000; ++i) many += ",v1=00";
  EXPECT_FALSE(valid(many + "," + v1())) << "bounded";
}

}  // namespace
}  // namespace order::payments
