/** Doors of orders over a store alone: nothing takes orders further, and no line is there. */

import type { OrderRules } from '../../src/store/order/rules.ts'
import type { Store } from '../../src/store/store.ts'
import type { OrderDoors } from '../../src/supplying/doors.ts'

const MOMENT = { gatewayTime: 'trusted', outages: [], isStoreWell: true, hasStopFile: false } as const

export function doorsOver(store: Store, { policy, isRehearsal }: OrderRules): OrderDoors {
  return {
    ask: asked => store.orderAsk({ ...asked, moment: MOMENT }),
    show: asked => store.orderShow({ ...asked, moment: MOMENT }),
    one: store.orderOne,
    list: store.orderPage,
    state: async () => ({ ...(await store.supplyState()), hasStopFile: false }),
    takesCuts: policy !== null,
    isRehearsal,
    apart: policy?.approval.apart ?? [],
  }
}
