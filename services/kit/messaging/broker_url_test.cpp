#include "services/kit/messaging/broker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kit::messaging {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(BrokerUrl, ReadsAllParts) {
  const auto url = parse_broker_url("amqp://shop:p%40ss%2Fword@broker:1234/my%2Fhost");
  EXPECT_EQ(url.user, "shop");
  EXPECT_EQ(url.password, "p@ss/word");
  EXPECT_EQ(url.host, "broker");
  EXPECT_EQ(url.port, 1234);
  EXPECT_EQ(url.vhost, "my/host");
}

TEST(BrokerUrl, HasDefaults) {
  const auto url = parse_broker_url("amqp://broker");
  EXPECT_EQ(url.user, "guest");
  EXPECT_EQ(url.port, 5672);
  EXPECT_EQ(url.vhost, "/");
  EXPECT_EQ(parse_broker_url("amqp://broker/").vhost, "/");
}

TEST(BrokerUrl, ErrorsDoNotQuoteTheUrl) {
  for (const char* wrong : {"", "http://u:secret@h", "amqps://u:secret@h", "amqp://u:secret@h:port/"}) {
    try {
      parse_broker_url(wrong);
      ADD_FAILURE() << wrong;
    } catch (const std::invalid_argument& e) {
      EXPECT_THAT(e.what(), Not(HasSubstr("secret")));
    }
  }
}

}  // namespace
}  // namespace kit::messaging
