#include "operator/shop/spec/spec.hpp"

#include "operator/shop/commands/cli.hpp"
#include "operator/shop/testing/inputs.hpp"
#include "services/kit/json/yaml.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using testing::shop_object;

std::string complaint(const char* spec) {
  try {
    parse_shop(shop_object(Json::parse(spec)));
  } catch (const InvalidSpec& error) {
    return error.what();
  }
  return "";
}

TEST(Spec, OfAnEmptyShopIsAllDefaults) {
  auto spec = parse_shop(shop_object());
  EXPECT_EQ(spec.access, "Authenticated");
  EXPECT_EQ(spec.currency, "USD");
  ASSERT_TRUE(spec.database);
  EXPECT_EQ(spec.database->volume.size, "8Gi");
  EXPECT_EQ(spec.database->volume.deletion, DeletionPolicy::Retain);
  ASSERT_TRUE(spec.messaging);
  EXPECT_EQ(spec.messaging->volume.deletion, DeletionPolicy::Delete);
  EXPECT_EQ(spec.services.size(), 4u);
  EXPECT_EQ(spec.services[Service::Order].least(), 1);
  EXPECT_FALSE(spec.email);
}

TEST(Spec, NamesWhatIsWrong) {
  EXPECT_EQ(complaint(R"({"access":"Closed"})"), "spec.access must be one of Authenticated, Open");
  EXPECT_EQ(complaint(R"({"replicas":1})"), "spec.replicas is not known to this operator");
  EXPECT_EQ(complaint(R"({"services":{"user":{"replicas":0}}})"),
            "spec.services.user.replicas must be a whole number from 1 to 20");
  EXPECT_EQ(complaint(R"({"services":{"user":{"replicas":1,"autoscaling":{"max":3}}}})"),
            "spec.services.user has either replicas or autoscaling, not both");
  EXPECT_EQ(complaint(R"({"services":{"user":{"autoscaling":{"min":5,"max":3}}}})"),
            "spec.services.user.autoscaling.min may not be above max");
  EXPECT_EQ(complaint(R"({"database":{"managed":{},"external":{"secrets":{}}}})"),
            "spec.database needs exactly one of managed and external");
  EXPECT_EQ(complaint(R"({"database":{"external":{"secrets":{"user":"a","product":"b","order":"c"}}}})"),
            "spec.database.external.secrets.notification is required");
  EXPECT_EQ(complaint(R"({"database":{"managed":{"storage":"big"}}})"),
            "spec.database.managed.storage must be a size such as 8Gi");
  EXPECT_EQ(complaint(R"({"gateway":{"tls":{"secretName":"x"}}})"),
            "spec.gateway.tls needs gateway.host, the name that the certificate is for");
  EXPECT_EQ(complaint(R"({"currency":"XXQ"})"), "spec.currency is no currency known here: XXQ");
  EXPECT_EQ(complaint(R"({"email":{"host":"h"}})"), "spec.email.from is required");
  EXPECT_EQ(complaint(R"({"payments":{"provider":"stripe"}})"),
            "spec.payments.secret is required for stripe: a Secret with the keys api-key and webhook-secret");
  EXPECT_EQ(complaint(R"({"payments":{"provider":"sandbox","secret":"s"}})"),
            "spec.payments.secret is for stripe; the sandbox needs none");
  EXPECT_EQ(complaint(R"({"services":{"user":{"env":[{"name":"DATABASE_URL","value":"x"}]}}})"),
            "spec.services.user.env DATABASE_URL is the operator's; see spec.database and spec.messaging");
}

TEST(Spec, SurvivesAnythingThatIsJson) {
  for (const char* text :
       {"null", "7", "\"x\"", "[]", R"({"services":7})", R"({"services":{"user":[]}})", R"({"image":"x"})",
        R"({"gateway":{"tls":[]}})", R"({"database":[]})", R"({"database":null})", R"({"paused":"yes"})",
        R"({"email":{"port":"x"}})", R"({"services":{"user":{"env":[7]}}})"})
    EXPECT_NO_FATAL_FAILURE(complaint(text)) << text;
  EXPECT_THROW(parse_shop(Json::object()), InvalidSpec);
}

TEST(Yaml, ReadsAsKubectlDoes) {
  auto documents = kit::json::parse_yaml(
      "a: &x {n: 1, s: '1', b: true, z: null, f: 1.5}\nb: {<<: *x, n: 2}\nl: [on, 0x]\n---\n---\nc: .5\n",
      "t");
  ASSERT_EQ(documents.size(), 2u);
  EXPECT_EQ(documents[0]["a"], Json::parse(R"({"n":1,"s":"1","b":true,"z":null,"f":1.5})"));
  EXPECT_EQ(documents[0]["b"]["n"], 2);
  EXPECT_EQ(documents[0]["b"]["s"], "1");
  EXPECT_EQ(documents[0]["l"], Json::parse(R"(["on","0x"])"));
  EXPECT_THROW(kit::json::parse_yaml("a: 1\na: 2\n", "t"), std::runtime_error);
  EXPECT_THROW(kit::json::parse_yaml("a: [", "t"), std::runtime_error);
}

TEST(CommandLine, IsReadOrRefused) {
  auto options = parse_options({"run", "--namespaces=a,b", "--port", "0", "--leader-elect=false"});
  EXPECT_EQ(options.namespaces, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(options.port, 0);
  EXPECT_FALSE(options.leader_elect);
  EXPECT_EQ(parse_options({"plan", "-f", "x.yaml"}).file, "x.yaml");
  for (auto& wrong : std::vector<std::vector<std::string>>{{"go"},
                                                           {"plan"},
                                                           {"run", "--port", "x"},
                                                           {"run", "-f", "x"},
                                                           {"crd"},
                                                           {"crd", "delete"},
                                                           {"run", "--port"}})
    EXPECT_THROW(parse_options(wrong), UsageError);
}

}  // namespace
}  // namespace shop
