#include "operator/shop/commands/cli.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

TEST(CommandLine, ReadsOptionsAndRefusesUnknownOnes) {
  auto options = parse_options({"run", "--namespaces=a,b", "--port", "0", "--leader-elect=false"});
  EXPECT_EQ(options.namespaces, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(options.port, 0);
  EXPECT_FALSE(options.leader_elect);
  const auto plan = parse_options({"plan", "-f", "x.yaml", "--output", "json", "--field-manager=me"});
  EXPECT_EQ(plan.file, "x.yaml");
  EXPECT_EQ(plan.output, "json");
  EXPECT_EQ(plan.field_manager, "me");
  for (auto& wrong : std::vector<std::vector<std::string>>{{"go"},
                                                           {"plan"},
                                                           {"plan", "-f", "x", "--output", "yaml"},
                                                           {"run", "--output", "json"},
                                                           {"run", "--port", "x"},
                                                           {"run", "-f", "x"},
                                                           {"crd"},
                                                           {"crd", "delete"},
                                                           {"run", "--port"}})
    EXPECT_THROW(parse_options(wrong), UsageError);
}

}  // namespace
}  // namespace shop
