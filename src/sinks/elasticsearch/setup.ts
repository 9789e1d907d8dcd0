/** What `setup` makes in Elasticsearch. */
import { ELASTICSEARCH } from "../bulk/flavour.ts";
import { KIBANA } from "../bulk/setup/dashboard-step.ts";
import { searchSetupPlan } from "../bulk/setup/plan.ts";
import { dataStreamRetention, ilmRetention } from "../bulk/setup/retention.ts";
import type { SetupPlan } from "../setup.ts";
import type { SinkContext } from "../table.ts";
import type { ElasticsearchOptions } from "./options.ts";
import { ElasticsearchTransport } from "./transport.ts";

/** Makes the plan. Nothing is sent yet. */
export async function elasticsearchSetup(
  options: ElasticsearchOptions,
  { clock }: SinkContext,
): Promise<SetupPlan> {
  return searchSetupPlan(options, {
    flavour: ELASTICSEARCH,
    dashboards: KIBANA,
    retention: (subject) => (subject.isDataStream ? dataStreamRetention(subject) : ilmRetention(subject)),
    transportTo: (address) => {
      const { cloud_id: _isForTheServer, ...others } = options;
      const place = address === undefined ? options : { ...others, endpoints: [address] };
      return new ElasticsearchTransport(place, clock);
    },
  });
}
