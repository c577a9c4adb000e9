#include "operator/shop/inputs/ports.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using Ports = std::vector<int>;

TEST(Ports, AreThoseOfEveryHostElseTheSchemes) {
  EXPECT_EQ(ports_of("postgresql://u:p@db.example:6432/x?sslmode=require"), Ports{6432});
  EXPECT_EQ(ports_of("postgres://db.example/x"), Ports{5432});
  EXPECT_EQ(ports_of("postgresql://u:p%40@a:5433,b,[::1]:5434/x"), (Ports{5433, 5432, 5434}));
  EXPECT_EQ(ports_of("postgresql:///x?host=a&port=5440"), Ports{5440});
  EXPECT_EQ(ports_of("host=a port=5441 dbname=x"), Ports{5441});
  EXPECT_EQ(ports_of("host=a dbname=x"), Ports{5432});
  EXPECT_EQ(ports_of("amqp://u:p@broker/v"), Ports{5672});
  EXPECT_EQ(ports_of("amqps://u:p@broker/v"), Ports{5671});
}

TEST(Ports, AreNoneOfWhatIsNoUrlOfAStore) {
  for (const auto* text : {"", "https://example.com:444/", "nonsense", "postgresql://u@h:99999/x"})
    EXPECT_EQ(ports_of(text), Ports{}) << text;
}

}  // namespace
}  // namespace shop
