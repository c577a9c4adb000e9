#include "operator/shop/commands/plugin/plugin.hpp"

#include "operator/shop/commands/cli.hpp"
#include "operator/shop/commands/plugin/logs.hpp"
#include "operator/shop/commands/plugin/options.hpp"
#include "operator/shop/commands/plugin/restore.hpp"
#include "operator/shop/commands/plugin/summary.hpp"

#include <gtest/gtest.h>

namespace shop::plugin {
namespace {

kube::Object live_shop() {
  return kube::Object::parse(R"({
    "metadata": {"name": "shop", "namespace": "shops"},
    "spec": {"gateway": {"host": "shop.example.com", "tls": {"secretName": "shop-tls"}}, "currency": "EUR"},
    "status": {"version": "1.1", "previousVersion": "1.0", "endpoint": "https://shop.example.com",
      "services": {"user": {"ready": 2, "desired": 2, "image": "shopkeeper/user:1.1"},
                   "order": {"ready": 0, "desired": 1, "image": "shopkeeper/order:1.1"}},
      "lastBackup": {"label": "20260102-020000F", "time": "2026-01-02T02:01:00Z"},
      "conditions": [{"type": "Ready", "status": "False", "reason": "ServiceNotReady", "message": "order: 0 of 1",
                      "lastTransitionTime": "2026-01-02T03:00:00Z"}]}})");
}

kube::Object event(const std::string& time, const std::string& reason) {
  return {{"eventTime", time}, {"type", "Normal"}, {"reason", reason}, {"note", "about " + reason}};
}

TEST(PluginStatus, ShowsAShopAsAligningTables) {
  const auto text = describe(summary(live_shop(), {event("2026-01-02T03:00:00.5Z", "NotReady"),
                                                   event("2026-01-02T01:00:00Z", "RolledOut")}));
  EXPECT_EQ(text, R"(Shop:                  shops/shop
Endpoint:              https://shop.example.com
Version:               1.1
Previous version:      1.0
Last backup:           20260102-020000F at 2026-01-02T02:01:00Z
Last verified backup:  -

CONDITION  STATUS  REASON           SINCE                 MESSAGE
Ready      False   ServiceNotReady  2026-01-02T03:00:00Z  order: 0 of 1

SERVICE  READY  IMAGE
user     2/2    shopkeeper/user:1.1
order    0/1    shopkeeper/order:1.1

LAST SEEN             TYPE    EVENT      MESSAGE
2026-01-02T01:00:00Z  Normal  RolledOut  about RolledOut
2026-01-02T03:00:00Z  Normal  NotReady   about NotReady
)");
}

TEST(PluginStatus, ShowsAShopWithoutStatus) {
  const kube::Object fresh{{"metadata", {{"name", "a"}, {"namespace", "b"}}}};
  EXPECT_NE(describe(summary(fresh, {})).find("No Events."), std::string::npos);
  EXPECT_EQ(list({summary(live_shop(), {}), summary(fresh, {})}),
            "NAME  READY  VERSION  ENDPOINT                  REASON\n"
            "shop  False  1.1      https://shop.example.com  ServiceNotReady\n"
            "a     False  -        -                         -\n");
}

TEST(PluginStatus, KeepsTheLastTenEvents) {
  std::vector<kube::Object> events;
  for (int i = 10; i < 30; ++i) events.push_back(event("2026-01-02T03:00:" + std::to_string(i) + "Z", "E"));
  const auto kept = summary(live_shop(), events)["events"];
  ASSERT_EQ(kept.size(), 10u);
  EXPECT_EQ(kept[9]["time"], "2026-01-02T03:00:29Z");
}

TEST(PluginRestore, RestoresFromABucketIntoAnotherFolder) {
  auto source = live_shop();
  source["spec"]["database"]["managed"]["backup"]["destination"]["s3"] = {
      {"endpoint", "s3.example.com"}, {"bucket", "b"}, {"secret", "store"}};
  const auto copy =
      restored(source, parse({"restore", "copy", "--from", "shop", "--at", "2026-01-02T00:00:00Z"}));
  EXPECT_EQ(copy["metadata"], kube::Object({{"name", "copy"}, {"namespace", "shops"}}));
  EXPECT_EQ(copy["spec"]["restoreFrom"]["s3"]["path"], "/shops/shop");
  EXPECT_EQ(copy["spec"]["restoreFrom"]["targetTime"], "2026-01-02T00:00:00Z");
  EXPECT_FALSE(copy["spec"]["database"]["managed"]["backup"]["destination"]["s3"].contains("path"));
  EXPECT_EQ(copy["spec"]["gateway"], kube::Object::object()) << "the host stays with the source";
  EXPECT_EQ(copy["spec"]["currency"], "EUR");
  source["spec"]["database"]["managed"]["topology"] = "PerService";
  EXPECT_THROW(restored(source, parse({"restore", "copy", "--from", "shop", "--backup", "x"})),
               std::runtime_error);
}

TEST(PluginRestore, RestoresFromAVolumeAndRefusesAShopWithoutBackups) {
  auto source = live_shop();
  const auto options =
      parse({"restore", "copy", "--from=shop", "--backup=20260102-020000F", "--host", "b.example.com"});
  EXPECT_THROW(restored(source, options), std::runtime_error);
  source["spec"]["database"]["managed"]["backup"]["destination"]["volume"] = {{"path", "/x"}};
  const auto spec = restored(source, options)["spec"];
  EXPECT_EQ(spec["restoreFrom"],
            kube::Object({{"volume", {{"shop", "shop"}, {"path", "/x"}}}, {"backup", "20260102-020000F"}}));
  EXPECT_EQ(spec["gateway"], kube::Object({{"host", "b.example.com"}}));
}

TEST(PluginBackup, IsMadeWhenEachServerHasMadeTheRequestedOne) {
  auto shop = live_shop();
  EXPECT_FALSE(backup_made(shop, "now"));
  shop["status"]["backups"] = {
      {{"server", "a"}, {"request", "request now to x"}, {"last", {{"label", "l"}}}},
      {{"server", "b"}, {"request", "2026-01-02T02:00:00Z"}, {"last", {{"label", "l"}}}}};
  EXPECT_FALSE(backup_made(shop, "now"));
  shop["status"]["backups"][1]["request"] = "request now to x";
  EXPECT_TRUE(backup_made(shop, "now"));
}

TEST(PluginLogs, PrefixThePodAndDropTheTime) {
  EXPECT_EQ(log_line("shop-user-1", "a line"), "shop-user-1  a line");
  EXPECT_EQ(log_line("shop-user-1", ""), "shop-user-1  ");
}

TEST(PluginOptions, AreReadAndUnknownOnesRefused) {
  const auto logs = parse({"logs", "-n", "shops", "shop", "user", "--follow", "--since=10m", "--tail", "5"});
  EXPECT_EQ(logs.ns + logs.name + logs.service, "shopsshopuser");
  EXPECT_TRUE(logs.follow);
  EXPECT_EQ(logs.since, std::chrono::minutes(10));
  EXPECT_EQ(logs.tail, 5);
  EXPECT_TRUE(parse({"status", "-o", "json"}).json);
  for (const auto& wrong : std::vector<std::vector<std::string>>{
           {"go"},
           {"open"},
           {"open", "a", "b"},
           {"status", "--follow"},
           {"status", "-o", "yaml"},
           {"logs", "shop"},
           {"logs", "a", "b", "--since", "10d"},
           {"backup", "a", "--timeout"},
           {"restore", "a"},
           {"restore", "a", "--from", "a"},
           {"restore", "a", "--from", "b", "--at", "noon"},
           {"restore", "a", "--from", "b", "--at", "2026-01-02T00:00:00Z", "--backup", "x"},
           {"completion", "fish"}})
    EXPECT_THROW(parse(wrong), UsageError) << wrong[0];
}

TEST(PluginOptions, AreThoseAfterTheNameOfThePlugin) {
  const std::vector<std::string> status{"status"};
  EXPECT_EQ(arguments({"/usr/local/bin/kubectl-shop", "status"}), status);
  EXPECT_EQ(arguments({"shopkeeper-operator", "kubectl", "status"}), status);
  EXPECT_EQ(arguments({"shopkeeper-operator", "run"}), std::nullopt);
}

}  // namespace
}  // namespace shop::plugin
