#include "services/kit/json/yaml.hpp"

#include <gtest/gtest.h>

namespace kit::json {
namespace {

TEST(Yaml, ReadsAsKubectlDoes) {
  auto documents = parse_yaml(
      "a: &x {n: 1, s: '1', b: true, z: null, f: 1.5}\nb: {<<: *x, n: 2}\nl: [on, 0x]\n---\n---\nc: .5\n",
      "t");
  ASSERT_EQ(documents.size(), 2u);
  EXPECT_EQ(documents[0]["a"], nlohmann::json::parse(R"({"n":1,"s":"1","b":true,"z":null,"f":1.5})"));
  EXPECT_EQ(documents[0]["b"]["n"], 2);
  EXPECT_EQ(documents[0]["b"]["s"], "1");
  EXPECT_EQ(documents[0]["l"], nlohmann::json::parse(R"(["on","0x"])"));
  EXPECT_THROW(parse_yaml("a: 1\na: 2\n", "t"), std::runtime_error);
  EXPECT_THROW(parse_yaml("a: [", "t"), std::runtime_error);
}

}  // namespace
}  // namespace kit::json
