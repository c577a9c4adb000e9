#include "operator/shop/desired/parts.hpp"
#include "operator/shop/testing/inputs.hpp"

#include <set>

#include <gtest/gtest.h>

namespace shop {
namespace {

using namespace testing;

/// The policies as text, one line an arrow: "order -> user:9090", "any -> user:8080", "order -> any:443".
class Arrows {
 public:
  explicit Arrows(const Inputs& in) {
    for (const auto& [type, object] : desired::network_policies(in)) {
      const auto& spec = object.at("spec");
      EXPECT_EQ(spec.at("policyTypes"), R"(["Ingress","Egress"])"_json) << object.dump();
      for (const auto& here : selected(spec.at("podSelector"))) {
        for (const auto& there : peers(spec.at("ingress"), "from"))
          in_.insert(there.first + " -> " + here + there.second);
        for (const auto& there : peers(spec.at("egress"), "to"))
          out_.insert(here + " -> " + there.first + there.second);
      }
    }
  }
  const std::set<std::string>& into() const { return in_; }
  const std::set<std::string>& out_of() const { return out_; }

 private:
  static std::vector<std::string> selected(const Json& selector) {
    if (!selector.contains("matchExpressions")) return {"all"};
    return selector.at("matchExpressions").at(0).at("values");
  }
  static std::vector<std::string> names(const Json& peer) {
    if (peer.contains("podSelector")) return selected(peer.at("podSelector"));
    const auto& selector = peer.at("namespaceSelector");
    if (selector.empty()) return {"namespace *"};
    std::vector<std::string> result = selector.at("matchExpressions").at(0).at("values");
    for (auto& each : result) each = "namespace " + each;
    return result;
  }
  static std::vector<std::pair<std::string, std::string>> peers(const Json& rules, const char* direction) {
    std::vector<std::pair<std::string, std::string>> result;
    for (const auto& rule : rules)
      for (const auto& port : rule.at("ports")) {
        const auto number =
            (port.at("protocol") == "UDP" ? ":udp" : ":") + std::to_string(port.at("port").get<int>());
        if (!rule.contains(direction)) result.emplace_back("any", number);
        for (const auto& peer : rule.value(direction, Json::array()))
          for (const auto& name : names(peer)) result.emplace_back(name, number);
      }
    return result;
  }
  std::set<std::string> in_, out_;
};

using Set = std::set<std::string>;

Set with_prefix(const Set& arrows, const std::string& prefix) {
  Set result;
  for (const auto& each : arrows)
    if (each.starts_with(prefix)) result.insert(each);
  return result;
}
Set ending(const Set& arrows, const std::string& end) {
  Set result;
  for (const auto& each : arrows)
    if (each.ends_with(end)) result.insert(each);
  return result;
}

TEST(NetworkPolicies, AllowTheServicesExactlyTheArrowsOfThePicture) {
  const Arrows arrows(inputs());
  EXPECT_EQ(with_prefix(arrows.out_of(), "order -> "),
            (Set{"order -> postgres:5432", "order -> rabbitmq:5672", "order -> user:9090",
                 "order -> product:9090"}));
  EXPECT_EQ(with_prefix(arrows.out_of(), "user -> "),
            (Set{"user -> postgres:5432", "user -> rabbitmq:5672", "user -> product:9090"}));
  EXPECT_EQ(with_prefix(arrows.out_of(), "product -> "),
            (Set{"product -> postgres:5432", "product -> rabbitmq:5672", "product -> user:9090"}));
  EXPECT_EQ(
      with_prefix(arrows.out_of(), "notification -> "),
      (Set{"notification -> postgres:5432", "notification -> rabbitmq:5672", "notification -> user:9090"}));
  EXPECT_EQ(ending(arrows.into(), "-> user:9090"),
            (Set{"namespace * -> user:9090", "order -> user:9090", "product -> user:9090",
                 "notification -> user:9090"}));
  EXPECT_EQ(ending(arrows.into(), "-> order:9090"), Set{"namespace * -> order:9090"});
  EXPECT_EQ(ending(arrows.into(), "-> order:8080"), Set{"any -> order:8080"});
}

TEST(NetworkPolicies, LetOnlyTheirClientsReachDatabaseAndBroker) {
  const Arrows arrows(inputs());
  EXPECT_EQ(with_prefix(arrows.out_of(), "postgres -> "), Set{});
  EXPECT_EQ(with_prefix(arrows.out_of(), "rabbitmq -> "), Set{});
  EXPECT_EQ(ending(arrows.into(), "-> rabbitmq:5672"),
            (Set{"user -> rabbitmq:5672", "product -> rabbitmq:5672", "order -> rabbitmq:5672",
                 "notification -> rabbitmq:5672"}));
  EXPECT_EQ(ending(arrows.into(), "-> rabbitmq:15692"), Set{"namespace * -> rabbitmq:15692"});
  const auto clients = ending(arrows.into(), "-> postgres:5432");
  EXPECT_EQ(clients.size(), 4u * 3 + 2);
  for (const char* each : {"user", "user-migrate", "order-sample-data", "postgres-databases", "test"})
    EXPECT_TRUE(clients.contains(std::string(each) + " -> postgres:5432")) << each;
}

TEST(NetworkPolicies, LetEveryClientOutThatMayComeIn) {
  for (const auto* spec : {"{}", R"({"database":{"managed":{"topology":"PerService"}}})"}) {
    const Arrows arrows(inputs(Json::parse(spec)));
    for (const auto& arrow : arrows.out_of())
      EXPECT_TRUE(arrow.find(" -> any:") != std::string::npos || arrows.into().contains(arrow)) << arrow;
    for (const auto& arrow : arrows.into()) {
      const bool foreign =
          arrow.starts_with("any") || arrow.starts_with("namespace") || arrow.starts_with("test");
      EXPECT_TRUE(foreign || arrows.out_of().contains(arrow)) << arrow;
    }
  }
}

TEST(NetworkPolicies, KeepTheServicesOfOtherDatabasesOut) {
  const Arrows arrows(inputs(R"({"database":{"managed":{"topology":"PerService"}}})"_json));
  EXPECT_EQ(ending(arrows.into(), "-> postgres-user:5432"),
            (Set{"user -> postgres-user:5432", "user-migrate -> postgres-user:5432",
                 "user-sample-data -> postgres-user:5432", "postgres-user-databases -> postgres-user:5432",
                 "test -> postgres-user:5432"}));
}

TEST(NetworkPolicies, AllowEveryPodNamesOnly) {
  EXPECT_EQ(with_prefix(Arrows(inputs()).out_of(), "all -> "),
            (Set{"all -> any:udp53", "all -> any:53", "all -> any:udp5353", "all -> any:5353"}));
  EXPECT_EQ(ending(Arrows(inputs()).into(), "-> all"), Set{});
}

TEST(NetworkPolicies, LetOutToProvidersOnlyWhereThereAreSome) {
  const Arrows arrows(inputs(R"({"email":{"host":"smtp","from":"a@b","port":2525},
                                 "payments":{"provider":"stripe","secret":"s"}})"_json));
  EXPECT_TRUE(arrows.out_of().contains("notification -> any:2525"));
  EXPECT_TRUE(arrows.out_of().contains("order -> any:443"));
  EXPECT_FALSE(arrows.out_of().contains("user -> any:443"));
}

TEST(NetworkPolicies, LetTheDatabaseAndItsJobsOutToTheBucketOfItsBackups) {
  const Arrows arrows(inputs(R"({"database":{"managed":{"backup":{"schedule":"0 2 * * *","destination":
      {"s3":{"endpoint":"s3.example.com:9000","bucket":"b","secret":"s"}}}}},
      "restoreFrom":{"s3":{"endpoint":"old.example.com","bucket":"b","secret":"s","path":"/x"}}})"_json));
  for (const char* each : {"postgres", "postgres-backup", "postgres-verify", "postgres-restore"})
    EXPECT_EQ(with_prefix(arrows.out_of(), std::string(each) + " -> "),
              (Set{std::string(each) + " -> any:443", std::string(each) + " -> any:9000"}));
}

TEST(NetworkPolicies, LetOutToThePortsOfExternalStores) {
  auto in = inputs(
      R"({"database":{"external":{"secrets":{"user":"a","product":"a","order":"b","notification":"b"}}},
                       "messaging":{"external":{"secret":"c"}}})"_json);
  in.secret_ports = {{"a", {6432}}, {"b", {5432, 5433}}, {"c", {5671}}};
  const Arrows arrows(in);
  EXPECT_EQ(with_prefix(arrows.out_of(), "user -> any"), (Set{"user -> any:6432", "user -> any:5671"}));
  EXPECT_EQ(with_prefix(arrows.out_of(), "order-migrate -> "),
            (Set{"order-migrate -> any:5432", "order-migrate -> any:5433", "order-migrate -> any:6432"}));
}

TEST(NetworkPolicies, AdmitOnlyTheNamedNamespaces) {
  const Arrows arrows(inputs(R"({"gateway":{"fromNamespaces":["ingress-nginx"]},
                                 "monitoring":{"fromNamespaces":["monitoring","more"]}})"_json));
  EXPECT_EQ(ending(arrows.into(), "-> product:8080"),
            (Set{"namespace ingress-nginx -> product:8080", "test -> product:8080"}));
  EXPECT_EQ(ending(arrows.into(), "-> rabbitmq:15692"),
            (Set{"namespace monitoring -> rabbitmq:15692", "namespace more -> rabbitmq:15692"}));
}

}  // namespace
}  // namespace shop
