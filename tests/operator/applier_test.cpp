#include "operator/kube/apply/apply.hpp"
#include "tests/operator/api_fixture.hpp"

namespace kube {
namespace {

/// One object of each kind that an operator applies, with quantities in other notations and without defaults.
const char* const kObjects = R"([
{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"stringData":{"password":"hunter2"},"type":"Opaque"},
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{},"annotations":{"x":"y"}},"data":{"config.yaml":"a: 1\n"}},
{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"a"},"automountServiceAccountToken":false},
{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"selector":{"app":"a"},"ports":[
  {"name":"http","port":80,"targetPort":"http"},{"name":"dns","port":80,"protocol":"UDP","targetPort":53}]}},
{"apiVersion":"v1","kind":"Service","metadata":{"name":"headless"},"spec":{"clusterIP":"None","publishNotReadyAddresses":true,
  "selector":{"app":"a"},"ports":[{"port":5432}]}},
{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a","labels":{"app":"a"}},"spec":{"replicas":2,"revisionHistoryLimit":3,
  "selector":{"matchLabels":{"app":"a"}},"strategy":{"rollingUpdate":{"maxUnavailable":0,"maxSurge":1}},
  "template":{"metadata":{"labels":{"app":"a"},"annotations":{"hash":"1"}},"spec":{"serviceAccountName":"a",
    "automountServiceAccountToken":false,"terminationGracePeriodSeconds":45,"enableServiceLinks":false,
    "securityContext":{"runAsNonRoot":true,"runAsUser":65532,"seccompProfile":{"type":"RuntimeDefault"}},
    "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"ScheduleAnyway",
      "labelSelector":{"matchLabels":{"app":"a"}}}],
    "imagePullSecrets":[{"name":"pull"}],
    "initContainers":[{"name":"wait","image":"a:1","command":["a","migrate"]}],
    "containers":[{"name":"a","image":"a:1","args":[],"ports":[{"name":"http","containerPort":8080},{"name":"ops","containerPort":9090}],
      "env":[{"name":"A","value":""},{"name":"URL","valueFrom":{"secretKeyRef":{"name":"a","key":"password"}}},
             {"name":"POD","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},
             {"name":"MEM","valueFrom":{"resourceFieldRef":{"resource":"limits.memory"}}}],
      "envFrom":[{"configMapRef":{"name":"a"}}],
      "resources":{"requests":{"cpu":"0.1","memory":"1024Mi"},"limits":{"cpu":1,"memory":"1.5Gi","ephemeral-storage":"1000M"}},
      "readinessProbe":{"httpGet":{"path":"/readyz","port":"ops"},"periodSeconds":5},
      "startupProbe":{"tcpSocket":{"port":8080},"failureThreshold":30},
      "securityContext":{"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]}},
      "volumeMounts":[{"name":"config","mountPath":"/etc/a","readOnly":true},{"name":"token","mountPath":"/token"},{"name":"tmp","mountPath":"/tmp"}]}],
    "volumes":[{"name":"config","configMap":{"name":"a"}},{"name":"secret","secret":{"secretName":"a","optional":false}},
      {"name":"tmp","emptyDir":{"sizeLimit":"1024Mi","medium":"Memory"}},{"name":"plain","emptyDir":{}},
      {"name":"token","projected":{"sources":[{"serviceAccountToken":{"audience":"shopkeeper","path":"token"}},
        {"configMap":{"name":"a","items":[{"key":"config.yaml","path":"c"}]}}]}}]}}}},
{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"a"},"spec":{"replicas":1,"serviceName":"headless",
  "selector":{"matchLabels":{"app":"db"}},"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Delete","whenScaled":"Retain"},
  "template":{"metadata":{"labels":{"app":"db"}},"spec":{"containers":[{"name":"db","image":"db:1",
    "lifecycle":{"preStop":{"exec":{"command":["stop"]}}},
    "livenessProbe":{"exec":{"command":["pg_isready"]},"timeoutSeconds":5}}]}},
  "volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1024Mi"}}}}]}},
{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{"backoffLimit":3,"activeDeadlineSeconds":600,
  "template":{"metadata":{"labels":{"app":"job"}},"spec":{"restartPolicy":"Never","containers":[{"name":"j","image":"j:1","args":["migrate"]}]}}}},
{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"a"},"spec":{"ingressClassName":"traefik","tls":[{"hosts":["shop.example"],"secretName":"tls"}],
  "rules":[{"host":"shop.example","http":{"paths":[{"path":"/users","pathType":"Prefix","backend":{"service":{"name":"a","port":{"name":"http"}}}}]}}]}},
{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"a"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"0.5Gi"}}}},
{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"a"},"spec":{"maxUnavailable":1,"selector":{"matchLabels":{"app":"a"}}}},
{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"a"},"spec":{"minReplicas":2,"maxReplicas":5,
  "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"a"},
  "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70}}},
             {"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"0.5Gi"}}}]}},
{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"a"},"spec":{"podSelector":{},"policyTypes":["Ingress","Egress"],
  "ingress":[{"from":[{"podSelector":{"matchLabels":{"app":"a"}}}],"ports":[{"port":8080}]}],"egress":[{}]}}
])";

class ApplierOnServer : public ApiTest {
 protected:
  std::vector<Object> objects() const {
    std::vector<Object> out;
    for (auto& object : Object::parse(kObjects)) {
      object["metadata"]["namespace"] = ns;
      out.push_back(object);
    }
    return out;
  }
  static const ResourceType& type_of(const Object& object) {
    for (const auto* type :
         {&types::secret, &types::config_map, &types::service_account, &types::service, &types::deployment,
          &types::stateful_set, &types::job, &types::ingress, &types::persistent_volume_claim,
          &types::pod_disruption_budget, &types::horizontal_pod_autoscaler}) {
      if (object.at("kind").get<std::string>() == type->kind) return *type;
    }
    return types::network_policy;
  }
  Applied apply(Applier& applier, const Object& desired) {
    auto live = api->get(type_of(desired), kube::key(desired));
    if (live) strip(*live);
    return applier.apply(type_of(desired), desired, live ? &*live : nullptr);
  }
  Object deployment() const { return objects()[5]; }
  Object live_deployment() { return *api->get(types::deployment, key("a")); }
  static std::string drift(const Applied& applied) {
    std::string out;
    for (const auto& difference : applied.drift) out += describe(difference) + "\n";
    return out;
  }
  const ApplierOptions options{.manager = "test", .annotation = "shopkeeper.dev/applied"};
};

// Bug 5: a field that the server defaults or normalises must not cause another write, neither by the applier
// that wrote it nor by a new one, as after a restart of the operator.
TEST_F(ApplierOnServer, Bug5DoesNotWriteUnchangedObjects) {
  Applier applier(*api, options);
  for (const auto& desired : objects()) {
    EXPECT_EQ(apply(applier, desired).action, Applied::Action::Created) << desired.at("kind");
  }
  const double before = writes();
  Applier restarted(*api, options);
  for (auto* each : {&applier, &restarted}) {
    for (const auto& desired : objects()) {
      const auto applied = apply(*each, desired);
      EXPECT_EQ(applied.action, Applied::Action::Unchanged) << desired.at("kind") << "\n" << drift(applied);
    }
  }
  EXPECT_EQ(writes(), before);
}

// An apply that Applier could not avoid (after a restart, where a webhook changes fields) stores nothing and
// triggers no watch.
TEST_F(ApplierOnServer, AnApplyWithoutChangesKeepsTheVersion) {
  Applier applier(*api, options);
  for (const auto& desired : objects()) {
    apply(applier, desired);
    // The server stores the first repeated apply of a PersistentVolumeClaim although it is unchanged.
    const auto second = applier.apply(type_of(desired), desired, nullptr);
    const auto third = applier.apply(type_of(desired), desired, nullptr);
    EXPECT_EQ(resource_version(second.object), resource_version(third.object)) << desired.at("kind");
  }
}

TEST_F(ApplierOnServer, CorrectsDrift) {
  Applier applier(*api, options);
  apply(applier, deployment());
  const std::pair<const char*, const char*> by_hand[] = {
      {"spec.replicas", R"({"spec":{"replicas":7}})"},
      {"metadata.labels.app", R"({"metadata":{"labels":{"app":null}}})"},
      {"spec.template.metadata.annotations.hash",
       R"({"spec":{"template":{"metadata":{"annotations":{"hash":"0"}}}}})"},
      {"spec.template.spec.containers",
       R"({"spec":{"template":{"spec":{"containers":[{"name":"a","image":"evil:1"}]}}}})"},
      {"metadata.annotations.shopkeeper.dev/applied", R"({"metadata":{"annotations":null}})"}};
  for (const auto& [path, patch] : by_hand) {
    api->merge_patch(types::deployment, key("a"), Object::parse(patch), {});
    const auto corrected = apply(applier, deployment());
    EXPECT_EQ(corrected.action, Applied::Action::Changed) << path;
    EXPECT_TRUE(differences(applier.annotated(deployment()), live_deployment()).empty()) << path;
    EXPECT_EQ(apply(applier, deployment()).action, Applied::Action::Unchanged) << path;
  }
}

TEST_F(ApplierOnServer, RemovesFieldsThatAreNoLongerDesired) {
  Applier applier(*api, options);
  apply(applier, deployment());
  Object less = deployment();
  less["spec"]["template"]["spec"].erase("initContainers");
  less["spec"]["template"]["spec"]["containers"][0]["env"].erase(0);
  less["metadata"].erase("labels");
  // Also after a restart of the operator.
  Applier restarted(*api, options);
  EXPECT_EQ(apply(restarted, less).action, Applied::Action::Changed);
  const Object live = live_deployment();
  EXPECT_FALSE(live["spec"]["template"]["spec"].contains("initContainers"));
  EXPECT_EQ(live["spec"]["template"]["spec"]["containers"][0]["env"].size(), 3u);
  EXPECT_FALSE(live["metadata"].contains("labels"));
}

TEST_F(ApplierOnServer, KeepsFieldsOfOthers) {
  Applier applier(*api, options);
  apply(applier, deployment());
  api->merge_patch(types::deployment, key("a"),
                   {{"metadata", {{"labels", {{"team", "x"}}}, {"annotations", {{"n", "1"}}}}}}, {});
  const double before = writes();
  EXPECT_EQ(apply(applier, deployment()).action, Applied::Action::Unchanged);
  EXPECT_EQ(writes(), before);
  EXPECT_EQ(labels(live_deployment()).at("team"), "x");
}

TEST_F(ApplierOnServer, PlanChangesNothing) {
  Applier applier(*api, options);
  EXPECT_EQ(applier.plan(types::deployment, deployment(), nullptr).action, Applied::Action::Created);
  EXPECT_FALSE(api->get(types::deployment, key("a")));
  apply(applier, deployment());
  Object desired = deployment();
  desired["spec"]["replicas"] = 3;
  Object live = live_deployment();
  const auto plan = applier.plan(types::deployment, desired, &live);
  EXPECT_EQ(plan.action, Applied::Action::Changed);
  EXPECT_NE(drift(plan).find("spec.replicas: 2 -> 3\n"), std::string::npos) << drift(plan);
  EXPECT_EQ(live_deployment()["spec"]["replicas"], 2);
  EXPECT_EQ(applier.plan(types::deployment, deployment(), &live).action, Applied::Action::Unchanged);
}

TEST_F(ApplierOnServer, CreatesEachKindWithOneRequestAndOwnsItAsApplied) {
  Applier applier(*api, {.manager = "test", .annotation = "shopkeeper.dev/applied"});
  for (const auto& object : objects()) {
    SCOPED_TRACE(object["kind"]);
    const double before = requests();
    applier.create(type_of(object), object);
    EXPECT_EQ(requests(), before + 1);
    const auto managers = api->get(type_of(object), kube::key(object))->at("metadata").at("managedFields");
    ASSERT_EQ(managers.size(), 1u) << managers;
    EXPECT_EQ(managers[0]["manager"], "test");
    EXPECT_EQ(managers[0]["operation"], "Apply") << "so that a field which is no longer applied is removed";
  }
}

TEST_F(ApplierOnServer, CreateNeverChangesAnExistingObjectOfAnyKind) {
  Applier applier(*api, {.manager = "test", .annotation = "shopkeeper.dev/applied"});
  for (const auto& object : objects()) {
    SCOPED_TRACE(object["kind"]);
    const auto foreign = api->create(type_of(object), object);
    Object ours = object;
    ours["metadata"]["labels"]["taken"] = "over";
    EXPECT_TRUE(testing::failure([&] { applier.create(type_of(object), ours); }).conflict());
    EXPECT_EQ(*api->get(type_of(object), kube::key(object)), foreign);
  }
}

TEST_F(ApplierOnServer, RemovesAFieldOfACreatedObjectThatIsNoLongerDesired) {
  Applier applier(*api, {.manager = "test", .annotation = "shopkeeper.dev/applied"});
  Object object = config_map("a", "1", {{"kept", "yes"}, {"dropped", "yes"}});
  const auto created = applier.create(types::config_map, object).object;
  object["metadata"]["labels"].erase("dropped");
  const auto changed = applier.apply(types::config_map, object, &created);
  EXPECT_EQ(changed.action, Applied::Action::Changed);
  EXPECT_EQ(labels(changed.object), (Labels{{"kept", "yes"}}));
}

}  // namespace
}  // namespace kube
