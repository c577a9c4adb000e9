#include "services/kit/docs/joining/join.hpp"

#include <gtest/gtest.h>

namespace kit::docs {
namespace {

using nlohmann::json;

json part(const std::string& path, const std::string& id, const json& schemas) {
  return {{"security", {{{"bearer", json::array()}}}},
          {"tags", {{{"name", id}}}},
          {"paths",
           {{path,
             {{"get",
               {{"operationId", id},
                {"responses", {{"200", {{"schema", {{"$ref", "#/components/schemas/Thing"}}}}}}}}}}}}},
          {"components", {{"schemas", schemas}}}};
}

TEST(Join, RenamesComponentsWhoseNameIsTaken) {
  const auto one = json::parse(R"({"Thing":{"$ref":"#/components/schemas/Part"},"Part":{"type":"string"}})");
  const auto two = json::parse(R"({"Thing":{"$ref":"#/components/schemas/Part"},"Part":{"type":"integer"},
                                   "Own":{"$ref":"#/components/schemas/Thing"}})");
  const auto whole = join({{"a", part("/a", "a", one)}, {"order", part("/b", "b", two)}}, "T", "1");
  const auto& schemas = whole["components"]["schemas"];
  EXPECT_EQ(schemas["Part"]["type"], "string");
  EXPECT_EQ(schemas["OrderPart"]["type"], "integer");
  EXPECT_EQ(schemas["OrderThing"]["$ref"], "#/components/schemas/OrderPart");
  EXPECT_EQ(schemas["Own"]["$ref"], "#/components/schemas/OrderThing");
  EXPECT_EQ(whole["paths"]["/a"]["get"]["responses"]["200"]["schema"]["$ref"], "#/components/schemas/Thing");
  EXPECT_EQ(whole["paths"]["/b"]["get"]["responses"]["200"]["schema"]["$ref"],
            "#/components/schemas/OrderThing");
}

TEST(Join, RejectsRepeatedOperationsAndIds) {
  EXPECT_THROW(join({{"a", part("/a", "a", {})}, {"b", part("/a", "b", {})}}, "T", "1"),
               std::invalid_argument);
  EXPECT_THROW(join({{"a", part("/a", "a", {})}, {"b", part("/b", "a", {})}}, "T", "1"),
               std::invalid_argument);
}

TEST(Join, LeavesOutUnroutedPaths) {
  EXPECT_TRUE(join({{"a", part("/openapi.yaml", "a", {})}}, "T", "1")["paths"].empty());
}

}  // namespace
}  // namespace kit::docs
