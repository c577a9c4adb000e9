#include "operator/shop/observed/referenced_secrets.hpp"

#include "operator/shop/spec/names.hpp"
#include "operator/shop/testing/fake_cluster.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

const kube::Key kOne{"shops", "one"};
const kube::Key kTwo{"shops", "two"};

class ReferencedSecretsTest : public ::testing::Test {
 protected:
  class Counting : public testing::FakeCluster {
   public:
    std::optional<kube::Object> get(const kube::ResourceType& type, const kube::Key& key) override {
      ++reads;
      return FakeCluster::get(type, key);
    }
    int reads = 0;
  };

  void SetUp() override {
    secrets.on_change([this](const kube::Key& shop) { queued.insert(shop.name); });
  }
  kube::Object store(const std::string& name, const std::string& version, const std::string& value) {
    kube::Object secret = kube::types::secret.object({"shops", name});
    secret["metadata"]["resourceVersion"] = version;
    secret["data"]["url"] = value;
    return cluster.objects[{"Secret", name}] = secret;
  }
  std::string url(const kube::Key& shop, const std::string& name) {
    auto found = secrets.use(shop, {name});
    return found.contains(name) ? kube::text_at(found.at(name), "/data/url") : "missing";
  }

  Counting cluster;
  ReferencedSecrets secrets{cluster};
  std::set<std::string> queued;
};

TEST_F(ReferencedSecretsTest, ReadsOnceForAllShopsThatNameASecret) {
  store("db", "5", "a");
  EXPECT_EQ(url(kOne, "db"), "a");
  EXPECT_EQ(url(kOne, "db"), "a");
  EXPECT_EQ(url(kTwo, "db"), "a");
  EXPECT_EQ(cluster.reads, 1);
  EXPECT_EQ(secrets.size(), 1u);
}

TEST_F(ReferencedSecretsTest, QueuesTheShopsThatNameAChangedSecret) {
  store("db", "5", "a");
  url(kOne, "db");
  url(kTwo, "db");
  secrets.put(store("db", "6", "b"));
  EXPECT_EQ(queued, (std::set<std::string>{"one", "two"}));
  EXPECT_EQ(url(kOne, "db"), "b");
  queued.clear();
  secrets.put(cluster.at("Secret", "db"));
  EXPECT_TRUE(queued.empty()) << "this version has been read already";
  secrets.put(store("foreign", "7", "x"));
  EXPECT_TRUE(queued.empty());
}

TEST_F(ReferencedSecretsTest, NoticesCreationAndDeletion) {
  EXPECT_EQ(url(kOne, "db"), "missing");
  EXPECT_EQ(url(kOne, "db"), "missing");
  EXPECT_EQ(cluster.reads, 1) << "also that there is none is remembered";
  secrets.put(store("db", "5", "a"));
  EXPECT_EQ(queued, (std::set<std::string>{"one"}));
  EXPECT_EQ(url(kOne, "db"), "a");
  queued.clear();
  cluster.objects.clear();
  secrets.erase({"shops", "db"});
  EXPECT_EQ(queued, (std::set<std::string>{"one"}));
  EXPECT_EQ(url(kOne, "db"), "missing");
}

TEST_F(ReferencedSecretsTest, AListShowsWhatTheWatchHasMissed) {
  for (const char* name : {"same", "changed", "gone"}) store(name, "5", "a");
  secrets.use(kOne, {"same"});
  secrets.use(kTwo, {"changed", "gone"});
  const auto same = cluster.at("Secret", "same");
  secrets.begin_list();
  secrets.add_listed(same);
  EXPECT_TRUE(queued.empty());
  secrets.add_listed(store("changed", "6", "b"));
  cluster.objects.erase({"Secret", "gone"});
  secrets.end_list();
  EXPECT_EQ(queued, (std::set<std::string>{"two"}));
  EXPECT_EQ(secrets.use(kTwo, {"changed", "gone"}).size(), 1u);
}

TEST_F(ReferencedSecretsTest, DropsWhatNoShopNamesAnyMore) {
  store("db", "5", "a");
  url(kOne, "db");
  url(kTwo, "db");
  secrets.use(kOne, {});
  secrets.put(store("db", "6", "b"));
  EXPECT_EQ(queued, (std::set<std::string>{"two"}));
  secrets.use(kTwo, {});
  EXPECT_EQ(secrets.size(), 0u);
}

TEST_F(ReferencedSecretsTest, DoesNotKeepASecretWithTheOperatorsLabelWhichItsWatchLeavesOut) {
  auto ours = store("db", "5", "a");
  ours["metadata"]["labels"][managed_by_label] = manager;
  cluster.objects[{"Secret", "db"}] = ours;
  EXPECT_EQ(url(kOne, "db"), "a");
  cluster.objects[{"Secret", "db"}]["data"]["url"] = "b";
  EXPECT_EQ(url(kOne, "db"), "b");
}

}  // namespace
}  // namespace shop
